"""PyTorch as in most code: one bag through the network at a time. Usage: torch_eager.py FOLDER"""

import sys

import torch
from exchange import Case, serve
from torch_model import Rival

serve(Rival(Case(sys.argv[1]), scored_together=False), f"PyTorch {torch.__version__}")
