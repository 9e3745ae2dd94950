"""What tests share: frames and streams for hypothesis, a fake link between two connections."""
