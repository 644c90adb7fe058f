"""From judgement to numbers: questions, sheets, pools of experts, and the file that comes of it."""
