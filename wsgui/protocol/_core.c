/* The compiled core: frames cut, unmasked and written, text decoded, messages joined, for frames that break no rule.

   The Python code beside it is the reference and says the same of every byte: `parser.FrameParser`,
   `messages.MessageAssembler`, `frames.wire_of`, and the loop of `connection.Connection`. Whatever is unusual is left
   to it: a function here stops in front of it, with nothing changed. `protocol.core` chooses between the two and
   teaches this module the classes that it makes.

   Bytes of a peer come in through `feed` alone. Each read of `data` stands behind a comparison with `left`, what is left
   of it; a declared length is compared, never added to. Room for a payload that is still to come grows with what has
   come: a header alone makes us allocate FIRST_ROOM bytes at most. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <structmember.h>

#define VERSION 2 /* what `protocol.core` expects; an older build that lies about is not used */
#define FIRST_ROOM 65536

enum { TEXT = 1, BINARY = 2 };

static PyObject *frame_class, *header_class, *too_long_class; /* taught */
static PyObject *not_utf8, *over_limit, *wire_of_slowly;
static PyObject *small[256];
static PyObject *name_open_opcode, *name_remember;

/* --- bytes */

static void
unmask(unsigned char *restrict out, const unsigned char *restrict in, Py_ssize_t size, const unsigned char *key, unsigned place)
{
    unsigned char turned[8];
    uint64_t wide, some;
    Py_ssize_t at = 0;

    for (unsigned i = 0; i < 8; i++)
        turned[i] = key[(place + i) & 3];
    memcpy(&wide, turned, 8);
    for (; size - at >= 8; at += 8) {
        memcpy(&some, in + at, 8);
        some ^= wide;
        memcpy(out + at, &some, 8);
    }
    for (; at < size; at++)
        out[at] = in[at] ^ turned[at & 7];
}

static int
is_ascii(const unsigned char *data, Py_ssize_t size)
{
    uint64_t some, all = 0;
    Py_ssize_t at = 0;

    for (; size - at >= 8; at += 8) {
        memcpy(&some, data + at, 8);
        all |= some;
    }
    for (; at < size; at++)
        all |= data[at];
    return (all & 0x8080808080808080u) == 0;
}

/* A limit as Python has it: any integer. No length is above UINT64_MAX, and none below 0. */
static int
read_limit(PyObject *number, uint64_t *limit)
{
    int overflow;
    long long value = PyLong_AsLongLongAndOverflow(number, &overflow);

    if (value == -1 && PyErr_Occurred())
        return -1;
    *limit = value < 0 ? 0 : (uint64_t)value;
    if (overflow > 0) {
        *limit = PyLong_AsUnsignedLongLong(number);
        PyErr_Clear(); /* where it overflows this is UINT64_MAX */
    }
    return 0;
}

/* A tuple class with named fields, filled without its constructor. Steals the items; none may be NULL. */
static PyObject *
filled(PyObject *class, Py_ssize_t count, PyObject **items)
{
    PyTypeObject *type = (PyTypeObject *)class;
    PyObject *made = NULL;
    int whole = 1;

    for (Py_ssize_t i = 0; i < count; i++)
        whole &= items[i] != NULL;
    if (whole)
        made = type->tp_alloc(type, count);
    for (Py_ssize_t i = 0; i < count; i++) {
        if (made == NULL)
            Py_XDECREF(items[i]);
        else
            PyTuple_SET_ITEM(made, i, items[i]);
    }
    if (made != NULL)
        PyObject_GC_UnTrack(made); /* numbers and bytes form no cycle: the collector need not look */
    return made;
}

/* Whether `teach` was called; every way in asks. */
static int
is_taught(void)
{
    if (frame_class == NULL)
        PyErr_SetString(PyExc_RuntimeError, "wsgui.protocol.core has not taught this module its classes");
    return frame_class != NULL;
}

static PyObject *
number(unsigned value)
{
    Py_INCREF(small[value]);
    return small[value];
}

/* --- FrameParser */

typedef struct {
    PyObject_HEAD
    uint64_t limit;
    PyObject *too_long; /* None or a TooLong */
    PyObject *head;     /* bytes of a header that is not whole, or that declares too much with all behind it */
    PyObject *header;   /* None, or the Header of the frame under way */
    PyObject *payload;  /* what has come of its payload, unmasked: `come` bytes of `room` */
    Py_ssize_t come, room;
    uint64_t length;
    unsigned char first, form, masked, key[4];
} Parser;

static int
parser_init(Parser *self, PyObject *args, PyObject *words)
{
    static char *names[] = {"frame_limit", NULL};
    PyObject *limit = NULL;

    if (!PyArg_ParseTupleAndKeywords(args, words, "|O", names, &limit))
        return -1;
    if (limit != NULL && read_limit(limit, &self->limit) < 0)
        return -1;
    return 0;
}

static PyObject *
parser_new(PyTypeObject *type, PyObject *args, PyObject *words)
{
    Parser *self = is_taught() ? (Parser *)type->tp_alloc(type, 0) : NULL;

    if (self == NULL)
        return NULL;
    self->limit = 64 * 1024 * 1024;
    Py_INCREF(Py_None);
    self->too_long = Py_None;
    Py_INCREF(Py_None);
    self->header = Py_None;
    self->payload = NULL;
    self->head = PyBytes_FromStringAndSize(NULL, 0);
    if (self->head == NULL)
        Py_CLEAR(self);
    return (PyObject *)self;
}

static void
parser_dealloc(Parser *self)
{
    Py_XDECREF(self->too_long);
    Py_XDECREF(self->head);
    Py_XDECREF(self->header);
    Py_XDECREF(self->payload);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

static int
keep_head(Parser *self, const unsigned char *data, Py_ssize_t size)
{
    PyObject *head = PyBytes_FromStringAndSize((const char *)data, size);

    if (head == NULL)
        return -1;
    Py_SETREF(self->head, head);
    return 0;
}

/* The frame under way has become a frame, or will be none. */
static void
nothing_under_way(Parser *self)
{
    Py_INCREF(Py_None);
    Py_SETREF(self->header, Py_None);
    Py_CLEAR(self->payload);
    self->come = self->room = 0;
}

/* Append a frame; steals the payload. */
static int
append_frame(PyObject *frames, unsigned first, unsigned form, const unsigned char *key, PyObject *payload)
{
    PyObject *items[4], *frame;
    int failed;

    items[0] = number(first);
    items[1] = number(form);
    if (key == NULL) {
        Py_INCREF(Py_None);
        items[2] = Py_None;
    }
    else
        items[2] = PyBytes_FromStringAndSize((const char *)key, 4);
    items[3] = payload;
    frame = filled(frame_class, 4, items);
    if (frame == NULL)
        return -1;
    failed = PyList_Append(frames, frame);
    Py_DECREF(frame);
    return failed;
}

/* Put more of the payload under way behind what has come; `size` bytes of it are still to come at least. */
static int
take_more(Parser *self, const unsigned char *data, Py_ssize_t size)
{
    unsigned char *out;

    if (size > self->room - self->come) {
        Py_ssize_t room = self->room > PY_SSIZE_T_MAX / 4 ? PY_SSIZE_T_MAX / 2 : self->room * 2;

        if (room - self->come < size)
            room = self->come + size; /* both are in memory already */
        if ((uint64_t)room > self->length)
            room = (Py_ssize_t)self->length;
        if (_PyBytes_Resize(&self->payload, room) < 0) {
            self->come = self->room = 0;
            nothing_under_way(self);
            return -1;
        }
        self->room = room;
    }
    out = (unsigned char *)PyBytes_AS_STRING(self->payload) + self->come;
    if (self->masked)
        unmask(out, data, size, self->key, (unsigned)(self->come & 3));
    else
        memcpy(out, data, (size_t)size);
    self->come += size;
    return 0;
}

/* A whole header, and not all of its payload. */
static int
begin(Parser *self, unsigned first, unsigned form, const unsigned char *key, uint64_t length,
      const unsigned char *data, Py_ssize_t size)
{
    PyObject *items[4], *header;
    Py_ssize_t room = size > FIRST_ROOM ? size : FIRST_ROOM;

    if ((uint64_t)room > length)
        room = (Py_ssize_t)length;
    items[0] = number(first);
    items[1] = number(form);
    if (key == NULL) {
        Py_INCREF(Py_None);
        items[2] = Py_None;
    }
    else
        items[2] = PyBytes_FromStringAndSize((const char *)key, 4);
    items[3] = PyLong_FromUnsignedLongLong(length);
    header = filled(header_class, 4, items);
    if (header == NULL)
        return -1;
    self->payload = PyBytes_FromStringAndSize(NULL, room);
    if (self->payload == NULL) {
        Py_DECREF(header);
        return -1;
    }
    Py_SETREF(self->header, header);
    self->first = (unsigned char)first;
    self->form = (unsigned char)form;
    self->masked = key != NULL;
    if (key != NULL)
        memcpy(self->key, key, 4);
    self->length = length;
    self->room = room;
    self->come = 0;
    return take_more(self, data, size);
}

static int
cut(Parser *self, const unsigned char *data, Py_ssize_t left, PyObject *frames)
{
    while (left >= 2) {
        unsigned first = data[0], second = data[1], form = 7;
        const unsigned char *key = NULL;
        uint64_t length = second & 0x7F;
        Py_ssize_t body = 2;
        PyObject *payload;

        if (length == 126) {
            if (left < 4)
                break;
            length = (uint64_t)data[2] << 8 | data[3];
            form = 16;
            body = 4;
        }
        else if (length == 127) {
            if (left < 10)
                break;
            length = 0;
            for (int i = 2; i < 10; i++)
                length = length << 8 | data[i];
            form = 64;
            body = 10;
        }
        if (length > self->limit) {
            PyObject *items[2], *too_long;

            items[0] = PyLong_FromUnsignedLongLong(length);
            items[1] = PyBytes_FromStringAndSize((const char *)data, body);
            too_long = filled(too_long_class, 2, items);
            if (too_long == NULL)
                return -1;
            Py_SETREF(self->too_long, too_long);
            break;
        }
        if (second >= 0x80) {
            if (left < body + 4)
                break;
            key = data + body;
            body += 4;
        }
        if (length > (uint64_t)(left - body))
            return begin(self, first, form, key, length, data + body, left - body);
        payload = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)length);
        if (payload == NULL)
            return -1;
        if (key != NULL)
            unmask((unsigned char *)PyBytes_AS_STRING(payload), data + body, (Py_ssize_t)length, key, 0);
        else
            memcpy(PyBytes_AS_STRING(payload), data + body, (size_t)length);
        if (append_frame(frames, first, form, key, payload) < 0)
            return -1;
        body += (Py_ssize_t)length;
        data += body;
        left -= body;
    }
    return left ? keep_head(self, data, left) : 0;
}

static PyObject *
parser_feed(Parser *self, PyObject *fed)
{
    PyObject *frames, *joined = NULL;
    const unsigned char *data;
    Py_ssize_t left;

    if (!PyBytes_Check(fed)) {
        PyErr_SetString(PyExc_TypeError, "a parser is fed with bytes");
        return NULL;
    }
    frames = PyList_New(0);
    if (frames == NULL)
        return NULL;
    data = (const unsigned char *)PyBytes_AS_STRING(fed);
    left = PyBytes_GET_SIZE(fed);
    if (self->payload != NULL) {
        uint64_t missing = self->length - (uint64_t)self->come;
        Py_ssize_t part = missing > (uint64_t)left ? left : (Py_ssize_t)missing;
        PyObject *payload;

        if (take_more(self, data, part) < 0)
            goto failed;
        if (missing > (uint64_t)part)
            return frames;
        payload = self->payload; /* of `room` bytes, which are `length` by now */
        self->payload = NULL;
        if (append_frame(frames, self->first, self->form, self->masked ? self->key : NULL, payload) < 0)
            goto failed;
        nothing_under_way(self);
        data += part;
        left -= part;
    }
    else if (PyBytes_GET_SIZE(self->head)) {
        joined = self->head;
        self->head = PyBytes_FromStringAndSize(NULL, 0);
        PyBytes_Concat(&joined, fed);
        if (self->head == NULL || joined == NULL)
            goto failed;
        if (self->too_long != Py_None) {
            Py_SETREF(self->head, joined);
            return frames;
        }
        data = (const unsigned char *)PyBytes_AS_STRING(joined);
        left = PyBytes_GET_SIZE(joined);
    }
    if (cut(self, data, left, frames) < 0)
        goto failed;
    Py_XDECREF(joined);
    return frames;

failed:
    Py_XDECREF(joined);
    Py_DECREF(frames);
    return NULL;
}

static PyObject *
parser_rest(Parser *self, void *unused)
{
    unsigned char header[14];
    Py_ssize_t size = 0;
    PyObject *rest;
    unsigned char *out;

    if (self->payload == NULL) {
        Py_INCREF(self->head);
        return self->head;
    }
    header[size++] = self->first;
    header[size++] = (unsigned char)((self->masked ? 0x80 : 0) |
                                     (self->form == 7 ? (int)self->length : self->form == 16 ? 126 : 127));
    if (self->form != 7)
        for (int shift = self->form - 8; shift >= 0; shift -= 8)
            header[size++] = (unsigned char)(self->length >> shift);
    if (self->masked) {
        memcpy(header + size, self->key, 4);
        size += 4;
    }
    if (self->come > PY_SSIZE_T_MAX - size)
        return PyErr_NoMemory();
    rest = PyBytes_FromStringAndSize(NULL, size + self->come);
    if (rest == NULL)
        return NULL;
    out = (unsigned char *)PyBytes_AS_STRING(rest);
    memcpy(out, header, (size_t)size);
    if (self->masked)
        unmask(out + size, (unsigned char *)PyBytes_AS_STRING(self->payload), self->come, self->key, 0);
    else
        memcpy(out + size, PyBytes_AS_STRING(self->payload), (size_t)self->come);
    return rest;
}

static PyObject *
parser_take_rest(Parser *self, PyObject *unused)
{
    PyObject *rest = parser_rest(self, NULL);

    if (rest == NULL || keep_head(self, (const unsigned char *)"", 0) < 0) {
        Py_XDECREF(rest);
        return NULL;
    }
    nothing_under_way(self);
    return rest;
}

static PyObject *
parser_unfinished(Parser *self, PyObject *argument)
{
    Py_ssize_t skip = PyLong_AsSsize_t(argument);

    if (skip == -1 && PyErr_Occurred())
        return NULL;
    if (self->payload == NULL || skip < 0 || skip >= self->come)
        return PyBytes_FromStringAndSize(NULL, 0);
    return PyBytes_FromStringAndSize(PyBytes_AS_STRING(self->payload) + skip, self->come - skip);
}

static PyObject *
parser_get_limit(Parser *self, void *unused)
{
    return PyLong_FromUnsignedLongLong(self->limit);
}

static int
parser_set_limit(Parser *self, PyObject *value, void *unused)
{
    if (value == NULL) {
        PyErr_SetString(PyExc_AttributeError, "a parser has a limit");
        return -1;
    }
    return read_limit(value, &self->limit);
}

static PyObject *
parser_under_way(Parser *self, void *unused)
{
    Py_INCREF(self->header);
    return self->header;
}

static PyObject *
parser_too_long(Parser *self, void *unused)
{
    Py_INCREF(self->too_long);
    return self->too_long;
}

static PyMethodDef parser_methods[] = {
    {"feed", (PyCFunction)parser_feed, METH_O, NULL},
    {"take_rest", (PyCFunction)parser_take_rest, METH_NOARGS, NULL},
    {"unfinished", (PyCFunction)parser_unfinished, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef parser_fields[] = {
    {"frame_limit", (getter)parser_get_limit, (setter)parser_set_limit, NULL, NULL},
    {"rest", (getter)parser_rest, NULL, NULL, NULL},
    {"too_long", (getter)parser_too_long, NULL, NULL, NULL},
    {"under_way", (getter)parser_under_way, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyTypeObject ParserType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "wsgui.protocol._core.FrameParser",
    .tp_doc = "As `wsgui.protocol.parser.FrameParser`.",
    .tp_basicsize = sizeof(Parser),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = parser_new,
    .tp_init = (initproc)parser_init,
    .tp_dealloc = (destructor)parser_dealloc,
    .tp_methods = parser_methods,
    .tp_getset = parser_fields,
};

/* --- MessageAssembler */

typedef struct {
    PyObject_HEAD
    char *come;           /* the bytes of the open message: `size` of `room` */
    Py_ssize_t size, room, peeked;
    int opcode;           /* -1: no message is open */
    int begun;            /* how many of the last bytes are the beginning of a character */
    int ahead;            /* as `begun`, for what was peeked at: it may reach back into `come` */
    char ahead_bytes[4];
} Messages;

static PyObject *
messages_new(PyTypeObject *type, PyObject *args, PyObject *words)
{
    Messages *self;

    if (!is_taught() || !PyArg_ParseTuple(args, ""))
        return NULL;
    self = (Messages *)type->tp_alloc(type, 0);
    if (self != NULL)
        self->opcode = -1;
    return (PyObject *)self;
}

static void
messages_dealloc(Messages *self)
{
    PyMem_Free(self->come);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

static void
forget(Messages *self)
{
    self->opcode = -1;
    self->size = 0;
    self->begun = 0;
    if (self->room > FIRST_ROOM) {
        PyMem_Free(self->come);
        self->come = NULL;
        self->room = 0;
    }
}

static int
put_behind(Messages *self, const char *data, Py_ssize_t size)
{
    if (size > self->room - self->size) {
        Py_ssize_t room = self->room > PY_SSIZE_T_MAX / 4 ? PY_SSIZE_T_MAX / 2 : self->room * 2;
        char *come;

        if (size > PY_SSIZE_T_MAX - self->size) {
            PyErr_NoMemory();
            return -1;
        }
        if (room < self->size + size)
            room = self->size + size;
        if (room < 64)
            room = 64;
        come = PyMem_Realloc(self->come, (size_t)room);
        if (come == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        self->come = come;
        self->room = room;
    }
    if (size)
        memcpy(self->come + self->size, data, (size_t)size);
    self->size += size;
    return 0;
}

/* How many of the last of `size` bytes are the beginning of a character; -1 with a UnicodeDecodeError. */
static int
begun_at_the_end(const char *data, Py_ssize_t size)
{
    Py_ssize_t consumed;
    PyObject *text = PyUnicode_DecodeUTF8Stateful(data, size, NULL, &consumed);

    if (text == NULL)
        return -1;
    Py_DECREF(text);
    return (int)(size - consumed); /* 0 to 3 */
}

/* Take a fragment behind which more will come. On failure, with an exception, nothing has changed. */
static int
take_part(Messages *self, const char *data, Py_ssize_t size)
{
    int begun = 0;

    if (put_behind(self, data, size) < 0)
        return -1;
    if (self->opcode == TEXT && (self->begun || !is_ascii((const unsigned char *)data, size))) {
        begun = begun_at_the_end(self->come + self->size - size - self->begun, size + self->begun);
        if (begun < 0) {
            self->size -= size;
            return -1;
        }
    }
    self->begun = begun;
    return 0;
}

/* The whole message, with its last fragment; on failure, with an exception, nothing has changed. */
static PyObject *
take_last(Messages *self, PyObject *payload)
{
    const char *data = PyBytes_AS_STRING(payload);
    Py_ssize_t size = PyBytes_GET_SIZE(payload);
    PyObject *whole;

    if (self->size == 0) {
        if (self->opcode == TEXT)
            whole = PyUnicode_DecodeUTF8(data, size, NULL);
        else {
            Py_INCREF(payload);
            whole = payload;
        }
    }
    else {
        if (put_behind(self, data, size) < 0)
            return NULL;
        if (self->opcode == TEXT)
            whole = PyUnicode_DecodeUTF8(self->come, self->size, NULL);
        else
            whole = PyBytes_FromStringAndSize(self->come, self->size);
        if (whole == NULL)
            self->size -= size;
    }
    if (whole != NULL)
        forget(self);
    return whole;
}

/* The violation that a UnicodeDecodeError, which is set, tells of; its bytes start at byte `place` of the message. */
static PyObject *
told(Py_ssize_t place)
{
    PyObject *kind, *error, *trace, *violation = NULL, *number;

    if (!PyErr_ExceptionMatches(PyExc_UnicodeDecodeError))
        return NULL;
    PyErr_Fetch(&kind, &error, &trace);
    PyErr_NormalizeException(&kind, &error, &trace);
    number = PyLong_FromSsize_t(place);
    if (number != NULL)
        violation = PyObject_CallFunctionObjArgs(not_utf8, error, number, NULL);
    Py_XDECREF(number);
    Py_XDECREF(kind);
    Py_XDECREF(error);
    Py_XDECREF(trace);
    return violation;
}

static PyObject *
messages_start(Messages *self, PyObject *argument)
{
    long opcode = PyLong_AsLong(argument);

    if (opcode == -1 && PyErr_Occurred())
        return NULL;
    forget(self);
    self->opcode = (int)opcode;
    Py_RETURN_NONE;
}

static PyObject *
messages_add(Messages *self, PyObject *args)
{
    PyObject *payload, *limit_number, *found;
    Py_ssize_t size, place;
    uint64_t limit;
    int final;

    if (!PyArg_ParseTuple(args, "SpO", &payload, &final, &limit_number))
        return NULL;
    if (read_limit(limit_number, &limit) < 0)
        return NULL;
    size = PyBytes_GET_SIZE(payload);
    if ((uint64_t)self->size + (uint64_t)size > limit) {
        uint64_t grown = (uint64_t)self->size + (uint64_t)size;

        forget(self);
        return PyObject_CallFunction(over_limit, "KO", (unsigned long long)grown, limit_number);
    }
    if (final) {
        found = take_last(self, payload);
        place = 0;
    }
    else {
        place = self->size - self->begun;
        if (take_part(self, PyBytes_AS_STRING(payload), size) == 0)
            Py_RETURN_NONE;
        found = NULL;
    }
    if (found == NULL) {
        found = told(place);
        forget(self);
    }
    return found;
}

static PyObject *
messages_peek(Messages *self, PyObject *payload)
{
    const char *data;
    Py_ssize_t size, place;
    char *joined = NULL;
    PyObject *violation;
    int begun, found = 0;

    if (!PyBytes_Check(payload)) {
        PyErr_SetString(PyExc_TypeError, "a message is of bytes");
        return NULL;
    }
    data = PyBytes_AS_STRING(payload);
    size = PyBytes_GET_SIZE(payload);
    if (!self->peeked) {
        self->ahead = self->begun;
        if (self->begun)
            memcpy(self->ahead_bytes, self->come + self->size - self->begun, (size_t)self->begun);
    }
    begun = self->ahead;
    place = self->size + self->peeked - begun;
    self->peeked += size;
    if (!begun && is_ascii((const unsigned char *)data, size))
        Py_RETURN_NONE;
    if (begun) {
        if (size > PY_SSIZE_T_MAX - begun || (joined = PyMem_Malloc((size_t)(begun + size))) == NULL)
            return PyErr_NoMemory();
        memcpy(joined, self->ahead_bytes, (size_t)begun);
        memcpy(joined + begun, data, (size_t)size);
        data = joined;
        size += begun;
    }
    found = begun_at_the_end(data, size);
    if (found < 0)
        violation = told(place);
    else {
        self->ahead = found;
        if (found)
            memcpy(self->ahead_bytes, data + size - found, (size_t)found);
        Py_INCREF(Py_None);
        violation = Py_None;
    }
    PyMem_Free(joined);
    return violation;
}

static PyObject *
messages_drop(Messages *self, PyObject *unused)
{
    forget(self);
    Py_RETURN_NONE;
}

static PyObject *
messages_opcode(Messages *self, void *unused)
{
    if (self->opcode < 0)
        Py_RETURN_NONE;
    return PyLong_FromLong(self->opcode);
}

static PyMethodDef messages_methods[] = {
    {"start", (PyCFunction)messages_start, METH_O, NULL},
    {"add", (PyCFunction)messages_add, METH_VARARGS, NULL},
    {"peek", (PyCFunction)messages_peek, METH_O, NULL},
    {"drop", (PyCFunction)messages_drop, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef messages_fields[] = {
    {"opcode", (getter)messages_opcode, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyMemberDef messages_members[] = {
    {"size", T_PYSSIZET, offsetof(Messages, size), READONLY, NULL},
    {"peeked", T_PYSSIZET, offsetof(Messages, peeked), 0, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyTypeObject MessagesType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "wsgui.protocol._core.MessageAssembler",
    .tp_doc = "As `wsgui.protocol.messages.MessageAssembler`.",
    .tp_basicsize = sizeof(Messages),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = messages_new,
    .tp_dealloc = (destructor)messages_dealloc,
    .tp_methods = messages_methods,
    .tp_getset = messages_fields,
    .tp_members = messages_members,
};

/* --- the frames that break no rule */

/* usual(frames, index, judge, unmasked, messages, compressed, limit, events) -> index

   Works off the data frames from `index` on that break no rule: their messages are appended to `events`, and `judge` is
   told. Returns the index of the first frame that the Python code has to look at: a control frame, and all that is
   unusual, of which nothing has been noted then. `unmasked`: whether the sender is a server. `compressed`: whether
   fragments may belong to a compressed message, and are left alone. */
static PyObject *
usual(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    PyObject *frames, *judge, *events, *open_number, *last = NULL; /* the last head that a judge has to know */
    Messages *messages;
    Py_ssize_t index;
    uint64_t limit;
    int unmasked, compressed, open;

    if (count != 8 || !PyList_Check(arguments[0]) || !PyObject_TypeCheck(arguments[4], &MessagesType) ||
        !PyList_Check(arguments[7])) {
        PyErr_SetString(PyExc_TypeError, "usual(frames, index, judge, unmasked, messages, compressed, limit, events)");
        return NULL;
    }
    frames = arguments[0];
    index = PyLong_AsSsize_t(arguments[1]);
    judge = arguments[2];
    unmasked = arguments[3] == Py_True;
    messages = (Messages *)arguments[4];
    compressed = arguments[5] == Py_True;
    events = arguments[7];
    if (index < 0 || read_limit(arguments[6], &limit) < 0) {
        if (!PyErr_Occurred())
            PyErr_SetString(PyExc_IndexError, "an index counts from 0");
        return NULL;
    }
    open_number = PyObject_GetAttr(judge, name_open_opcode);
    if (open_number == NULL)
        return NULL;
    open = (int)PyLong_AsLong(open_number);
    Py_DECREF(open_number);
    if (open == -1 && PyErr_Occurred())
        return NULL;

    for (; index < PyList_GET_SIZE(frames); index++) {
        PyObject *frame = PyList_GET_ITEM(frames, index), *payload, *event = NULL;
        Py_ssize_t size;
        long head, form;
        int ended;

        if (!PyTuple_Check(frame) || PyTuple_GET_SIZE(frame) != 4)
            break;
        if (!PyLong_Check(PyTuple_GET_ITEM(frame, 0)) || !PyLong_Check(PyTuple_GET_ITEM(frame, 1)))
            break;
        payload = PyTuple_GET_ITEM(frame, 3);
        if (!PyBytes_CheckExact(payload) || (PyTuple_GET_ITEM(frame, 2) == Py_None) != unmasked)
            break;
        head = PyLong_AsLong(PyTuple_GET_ITEM(frame, 0));
        form = PyLong_AsLong(PyTuple_GET_ITEM(frame, 1));
        if (PyErr_Occurred()) { /* no header has such numbers */
            PyErr_Clear();
            break;
        }
        size = PyBytes_GET_SIZE(payload);
        if (form != 7 && !(form == 16 && size >= 126) && !(form == 64 && size >= 0x10000))
            break;
        ended = head & 0x80 ? 1 : 0;
        if (open == -1 && (head == 0x81 || head == 0x82)) {
            if (head == 0x82) {
                if (PyList_Append(events, payload) < 0)
                    return NULL;
                continue;
            }
            event = PyUnicode_DecodeUTF8(PyBytes_AS_STRING(payload), size, NULL);
            if (event == NULL)
                goto wrong;
        }
        else {
            if (compressed)
                break;
            if (open == -1 && (head == TEXT || head == BINARY)) {
                if ((uint64_t)size > limit)
                    break;
                forget(messages);
                messages->opcode = (int)head;
                if (take_part(messages, PyBytes_AS_STRING(payload), size) < 0) {
                    forget(messages);
                    goto wrong;
                }
                open = (int)head;
            }
            else if ((head == 0 || head == 0x80) && open > 0 && messages->opcode == open) {
                if ((uint64_t)messages->size + (uint64_t)size > limit)
                    break;
                if (!ended) {
                    if (take_part(messages, PyBytes_AS_STRING(payload), size) < 0)
                        goto wrong;
                }
                else {
                    event = take_last(messages, payload);
                    if (event == NULL)
                        goto wrong;
                    open = -1;
                }
            }
            else
                break;
            if (head) /* the ones in the middle change nothing for a judge */
                last = PyTuple_GET_ITEM(frame, 0);
        }
        if (event != NULL) {
            int failed = PyList_Append(events, event);

            Py_DECREF(event);
            if (failed)
                return NULL;
        }
        continue;
    wrong:
        if (!PyErr_ExceptionMatches(PyExc_UnicodeDecodeError))
            return NULL;
        PyErr_Clear();
        break;
    }
    if (last != NULL) {
        PyObject *done;

        Py_INCREF(last);
        done = PyObject_CallMethodOneArg(judge, name_remember, last);
        Py_DECREF(last);
        if (done == NULL)
            return NULL;
        Py_DECREF(done);
    }
    return PyLong_FromSsize_t(index);
}

/* --- frames written */

/* Bytes of a frame's header; 0 for a frame that no wire could carry, or that is none. */
static Py_ssize_t
header_size(PyObject *frame)
{
    PyObject *key, *payload;
    long head, form;
    Py_ssize_t size;

    if (!PyTuple_Check(frame) || PyTuple_GET_SIZE(frame) != 4)
        return 0;
    key = PyTuple_GET_ITEM(frame, 2);
    payload = PyTuple_GET_ITEM(frame, 3);
    if (!PyLong_Check(PyTuple_GET_ITEM(frame, 0)) || !PyLong_Check(PyTuple_GET_ITEM(frame, 1)) ||
        !PyBytes_CheckExact(payload) || (key != Py_None && (!PyBytes_CheckExact(key) || PyBytes_GET_SIZE(key) != 4)))
        return 0;
    head = PyLong_AsLong(PyTuple_GET_ITEM(frame, 0));
    form = PyLong_AsLong(PyTuple_GET_ITEM(frame, 1));
    if (PyErr_Occurred()) {
        PyErr_Clear();
        return 0;
    }
    size = PyBytes_GET_SIZE(payload);
    if (head < 0 || head > 0xFF || !((form == 7 && size < 126) || (form == 16 && size < 0x10000) || form == 64))
        return 0;
    return (form == 7 ? 2 : form == 16 ? 4 : 10) + (key == Py_None ? 0 : 4);
}

/* Write a frame's header, which `header_size` found to be one; returns where it ends. */
static unsigned char *
put_header(unsigned char *out, PyObject *frame)
{
    PyObject *key = PyTuple_GET_ITEM(frame, 2);
    long form = PyLong_AsLong(PyTuple_GET_ITEM(frame, 1));
    Py_ssize_t size = PyBytes_GET_SIZE(PyTuple_GET_ITEM(frame, 3));

    *out++ = (unsigned char)PyLong_AsLong(PyTuple_GET_ITEM(frame, 0));
    *out++ = (unsigned char)((key == Py_None ? 0 : 0x80) | (form == 7 ? size : form == 16 ? 126 : 127));
    if (form != 7)
        for (long shift = form - 8; shift >= 0; shift -= 8)
            *out++ = (unsigned char)((uint64_t)size >> shift);
    if (key != Py_None) {
        memcpy(out, PyBytes_AS_STRING(key), 4);
        out += 4;
    }
    return out;
}

static PyObject *
wire_of(PyObject *module, PyObject *given)
{
    PyObject *frames = is_taught() ? PySequence_Fast(given, "frames are a sequence") : NULL, *wire = NULL;
    Py_ssize_t count, total = 0;
    unsigned char *out;

    if (frames == NULL)
        return NULL;
    count = PySequence_Fast_GET_SIZE(frames);
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *frame = PySequence_Fast_GET_ITEM(frames, i);
        Py_ssize_t header = header_size(frame), size;

        if (header == 0)
            goto unusual;
        size = PyBytes_GET_SIZE(PyTuple_GET_ITEM(frame, 3));
        if (size > PY_SSIZE_T_MAX - 14 - total) {
            PyErr_NoMemory();
            goto done;
        }
        total += header + size;
    }
    wire = PyBytes_FromStringAndSize(NULL, total);
    if (wire == NULL)
        goto done;
    out = (unsigned char *)PyBytes_AS_STRING(wire);
    for (Py_ssize_t i = 0; i < count; i++) { /* nothing has run in between that could change them */
        PyObject *frame = PySequence_Fast_GET_ITEM(frames, i);
        PyObject *key = PyTuple_GET_ITEM(frame, 2), *payload = PyTuple_GET_ITEM(frame, 3);
        Py_ssize_t size = PyBytes_GET_SIZE(payload);

        out = put_header(out, frame);
        if (key == Py_None)
            memcpy(out, PyBytes_AS_STRING(payload), (size_t)size);
        else
            unmask(out, (unsigned char *)PyBytes_AS_STRING(payload), size, (unsigned char *)PyBytes_AS_STRING(key), 0);
        out += size;
    }
done:
    Py_DECREF(frames);
    return wire;

unusual:
    wire = PyObject_CallOneArg(wire_of_slowly, frames);
    Py_DECREF(frames);
    return wire;
}

/* --- frames laid out for the record */

/* laid_out(frames) -> (wire, places, heads, opcodes), or None

   What `capture.packing.pack` makes of frames, and describes: their bytes with payloads that are not masked, and their
   index. None: among them is one that no wire could carry, or they are too many bytes for the index. */
static PyObject *
laid_out(PyObject *module, PyObject *given)
{
    PyObject *frames = PySequence_Fast(given, "frames are a sequence"), *wire, *places, *heads;
    Py_ssize_t count, total = 0;
    unsigned char *out, *offsets, *marks, *firsts;
    unsigned opcodes = 0;

    if (frames == NULL)
        return NULL;
    count = PySequence_Fast_GET_SIZE(frames);
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *frame = PySequence_Fast_GET_ITEM(frames, i);
        Py_ssize_t header = header_size(frame);

        if (header == 0 || (uint64_t)total > UINT32_MAX ||
            PyBytes_GET_SIZE(PyTuple_GET_ITEM(frame, 3)) > PY_SSIZE_T_MAX - header - total) {
            Py_DECREF(frames);
            Py_RETURN_NONE;
        }
        total += header + PyBytes_GET_SIZE(PyTuple_GET_ITEM(frame, 3));
    }
    wire = PyBytes_FromStringAndSize(NULL, total);
    places = PyByteArray_FromStringAndSize(NULL, 6 * count);
    heads = PyBytes_FromStringAndSize(NULL, count);
    if (wire == NULL || places == NULL || heads == NULL) {
        Py_DECREF(frames);
        Py_XDECREF(wire);
        Py_XDECREF(places);
        Py_XDECREF(heads);
        return NULL;
    }
    out = (unsigned char *)PyBytes_AS_STRING(wire);
    offsets = (unsigned char *)PyByteArray_AS_STRING(places);
    firsts = (unsigned char *)PyBytes_AS_STRING(heads);
    marks = offsets + 5 * count;
    for (Py_ssize_t i = 0; i < count; i++) { /* nothing has run in between that could change them */
        PyObject *frame = PySequence_Fast_GET_ITEM(frames, i), *payload = PyTuple_GET_ITEM(frame, 3);
        uint64_t offset = (uint64_t)(out - (unsigned char *)PyBytes_AS_STRING(wire));
        long form = PyLong_AsLong(PyTuple_GET_ITEM(frame, 1));

        for (int byte = 0; byte < 4; byte++)
            *offsets++ = (unsigned char)(offset >> 8 * byte);
        firsts[i] = *out = (unsigned char)PyLong_AsLong(PyTuple_GET_ITEM(frame, 0));
        opcodes |= 1u << (firsts[i] & 0xF);
        marks[i] = (unsigned char)((form == 7 ? 0 : form == 16 ? 1 : 2) | (PyTuple_GET_ITEM(frame, 2) == Py_None ? 0 : 4));
        out = put_header(out, frame);
        memcpy(out, PyBytes_AS_STRING(payload), (size_t)PyBytes_GET_SIZE(payload));
        out += PyBytes_GET_SIZE(payload);
    }
    memcpy(offsets, firsts, (size_t)count);
    Py_DECREF(frames);
    return Py_BuildValue("NNNI", wire, places, heads, opcodes);
}

/* payload_bytes(frames) -> the sum of their payloads' lengths */
static PyObject *
payload_bytes(PyObject *module, PyObject *given)
{
    PyObject *frames = PySequence_Fast(given, "frames are a sequence");
    Py_ssize_t total = 0;

    if (frames == NULL)
        return NULL;
    for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(frames); i++) {
        PyObject *frame = PySequence_Fast_GET_ITEM(frames, i);
        int whole = PyTuple_Check(frame) && PyTuple_GET_SIZE(frame) == 4;
        Py_ssize_t size = whole ? PyObject_Size(PyTuple_GET_ITEM(frame, 3)) : -1;

        if (size < 0 || size > PY_SSIZE_T_MAX - total) {
            if (!PyErr_Occurred())
                PyErr_SetString(PyExc_TypeError, "a frame has four fields, and bytes that can be counted");
            Py_DECREF(frames);
            return NULL;
        }
        total += size;
    }
    Py_DECREF(frames);
    return PyLong_FromSsize_t(total);
}

/* --- the module */

static int
is_named_tuple(PyObject *class)
{
    return PyType_Check(class) && PyType_IsSubtype((PyTypeObject *)class, &PyTuple_Type);
}

/* teach(Frame, Header, TooLong, not_utf8, over_limit, wire_of) */
static PyObject *
teach(PyObject *module, PyObject *args)
{
    PyObject *given[6];

    if (!PyArg_ParseTuple(args, "OOOOOO", &given[0], &given[1], &given[2], &given[3], &given[4], &given[5]))
        return NULL;
    if (!is_named_tuple(given[0]) || !is_named_tuple(given[1]) || !is_named_tuple(given[2])) {
        PyErr_SetString(PyExc_TypeError, "Frame, Header and TooLong are classes of tuples");
        return NULL;
    }
    for (int i = 0; i < 6; i++)
        Py_INCREF(given[i]);
    Py_XSETREF(frame_class, given[0]);
    Py_XSETREF(header_class, given[1]);
    Py_XSETREF(too_long_class, given[2]);
    Py_XSETREF(not_utf8, given[3]);
    Py_XSETREF(over_limit, given[4]);
    Py_XSETREF(wire_of_slowly, given[5]);
    Py_RETURN_NONE;
}

static PyMethodDef functions[] = {
    {"teach", teach, METH_VARARGS, NULL},
    {"usual", (PyCFunction)(void (*)(void))usual, METH_FASTCALL, NULL},
    {"wire_of", wire_of, METH_O, NULL},
    {"laid_out", laid_out, METH_O, NULL},
    {"payload_bytes", payload_bytes, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "wsgui.protocol._core",
    .m_doc = "What `wsgui.protocol.core` says of it.",
    .m_size = -1,
    .m_methods = functions,
};

PyMODINIT_FUNC
PyInit__core(void)
{
    PyObject *module;

    for (int i = 0; i < 256; i++)
        if ((small[i] = PyLong_FromLong(i)) == NULL)
            return NULL;
    name_open_opcode = PyUnicode_InternFromString("open_opcode");
    name_remember = PyUnicode_InternFromString("remember");
    if (name_open_opcode == NULL || name_remember == NULL)
        return NULL;
    if (PyType_Ready(&ParserType) < 0 || PyType_Ready(&MessagesType) < 0)
        return NULL;
    module = PyModule_Create(&definition);
    if (module == NULL)
        return NULL;
    if (PyModule_AddObjectRef(module, "FrameParser", (PyObject *)&ParserType) < 0 ||
        PyModule_AddObjectRef(module, "MessageAssembler", (PyObject *)&MessagesType) < 0 ||
        PyModule_AddIntConstant(module, "VERSION", VERSION) < 0) {
        Py_DECREF(module);
        return NULL;
    }
    return module;
}
