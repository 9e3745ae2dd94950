"""The drawer under the address bar: everything that an endpoint can be told."""
