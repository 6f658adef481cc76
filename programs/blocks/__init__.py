"""The blocks that authors build steps of; each has one template and one shape in the program file format."""

from programs.blocks.steps import StepBlock, steps_blocks

__all__ = ["StepBlock", "steps_blocks"]
