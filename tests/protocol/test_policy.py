from __future__ import annotations

from wsgui.protocol.policy import Policy


def test_a_policy_is_strict_and_helpful_unless_told_otherwise() -> None:
    policy = Policy()
    assert (policy.strict, policy.auto_pong, policy.answer_close, policy.mask) == (True, True, True, None)
    assert policy.frame_limit == policy.message_limit == 67_108_864
