"""Losses of instances without labels of their own, by PyTorch: python3 instance_losses.py > instance_losses.json

NT-Xent after Chen et al. 2020, of two views of each instance; the logistic loss of pseudo-labels, the mean over the instances of a
bag that have one and then over bags.
"""

import json

import torch
import torch.nn.functional as F

torch.manual_seed(4)
torch.set_default_dtype(torch.float64)

contrastive = []
for count, temperature in [(6, 0.5), (6, 0.1), (1, 0.5)]:
    views = torch.randn(count, 6, requires_grad=True)
    z = F.normalize(torch.cat([views[:, :3], views[:, 3:]]), dim=1)
    s = z @ z.T / temperature
    s = s.masked_fill(torch.eye(2 * count, dtype=torch.bool), -torch.inf)
    loss = F.cross_entropy(s, torch.arange(2 * count).roll(count))
    loss.backward()
    contrastive.append(dict(
        temperature=temperature, views=views.tolist(), loss=loss.item(), gradient=views.grad.tolist()))

sizes, labels, confidence = [4, 3, 2, 3], [1, 0, 1, 1], 0.8
logits = torch.tensor([3.0, -2.5, 0.4, 1.5, 2.0, -1.0, 0.1, 0.5, -0.5, -4.0, 1.3, 1.4], requires_grad=True)
losses = []
for bag, label in zip(logits.split(sizes), labels):
    p = bag.sigmoid().detach()
    sure = torch.maximum(p, 1 - p) >= confidence if label else torch.ones_like(p, dtype=torch.bool)
    target = (p > 0.5).to(p.dtype) if label else torch.zeros_like(p)
    each = F.binary_cross_entropy_with_logits(bag, target, reduction="none")
    losses.append(each[sure].mean() if sure.any() else torch.zeros(()))
loss = torch.stack(losses).mean()
loss.backward()
pseudo = dict(
    sizes=sizes, labels=labels, confidence=confidence, logits=logits.tolist(), losses=[x.item() for x in losses],
    loss=loss.item(), gradient=logits.grad.tolist())

# FixMatch: the weak view decides the label, the strong one learns it, and the mean is over all instances of a bag.
strong = torch.tensor([-0.5, 1.0, 2.0, 0.3, -1.5, 0.4, 2.5, 0.2, -0.7, 1.1, -2.0, 0.6], requires_grad=True)
weak = logits.detach().clone().requires_grad_()
losses = []
for bag, view, label in zip(strong.split(sizes), weak.split(sizes), labels):
    q = view.sigmoid().detach() if label else torch.zeros(len(view))
    sure = (torch.maximum(q, 1 - q) >= confidence).to(q.dtype)
    losses.append((sure * F.binary_cross_entropy_with_logits(bag, (q > 0.5).to(q.dtype), reduction="none")).mean())
loss = torch.stack(losses).mean()
loss.backward()
assert weak.grad is None
consistency = dict(
    weak=weak.tolist(), strong=strong.tolist(), losses=[x.item() for x in losses], loss=loss.item(),
    gradient=strong.grad.tolist())
print(json.dumps(dict(contrastive=contrastive, pseudo=pseudo, consistency=consistency), indent=1))
