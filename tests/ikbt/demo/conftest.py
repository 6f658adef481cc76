"""Fixtures of the demo's tests."""

from tests.ikbt.demo.region import region

__all__ = ["region"]
