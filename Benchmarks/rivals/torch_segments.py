"""PyTorch with the bags of a batch concatenated and pooled by segment operations. Usage: torch_segments.py FOLDER"""

import sys

import torch
from exchange import Case, serve
from torch_model import Rival

serve(Rival(Case(sys.argv[1]), scored_together=True), f"PyTorch {torch.__version__}")
