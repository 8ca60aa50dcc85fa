"""Attention pooling (Ilse, Tomczak, Welling, ICML 2018) as an external model of MILBench."""
import json, sys
import numpy as np, torch
from torch import nn

step, folder = sys.argv[1:]
job = json.load(open(f"{folder}/job.json"))
chosen = job["parameters"]
data = np.load(f"{folder}/training.npz" if step == "fit" else f"{folder}/bags.npz")
bags = torch.from_numpy(data["instances"]).split(data["lengths"].tolist())
torch.manual_seed(job["seed"])


class Attention(nn.Module):
    def __init__(self, features, units=(256, 128, 64), dropout=0.5):
        super().__init__()
        sizes = zip((features, *units), units)
        self.trunk = nn.Sequential(*(nn.Sequential(nn.Linear(a, b), nn.ReLU(), nn.Dropout(dropout)) for a, b in sizes))
        self.attention = nn.Sequential(nn.Linear(units[-1], 64), nn.Tanh(), nn.Linear(64, 1))
        self.classifier = nn.Linear(units[-1], 1)

    def forward(self, bag):
        features = self.trunk(bag)
        weights = self.attention(features).softmax(dim=0)
        return self.classifier((weights * features).sum(dim=0)), weights


model = Attention(job["features"])
if step == "fit":
    labels = torch.from_numpy(data["labels"]).float()
    optimiser = torch.optim.SGD(
        model.parameters(), lr=chosen["learningRate"], momentum=0.9, weight_decay=chosen["weightDecay"])
    for epoch in range(chosen["epochs"]):
        for bag in torch.randperm(len(bags)):
            optimiser.zero_grad()
            nn.functional.binary_cross_entropy_with_logits(model(bags[bag])[0], labels[bag : bag + 1]).backward()
            optimiser.step()
    torch.save(model.state_dict(), f"{folder}/state.pt")
    json.dump({"parameters": sum(p.numel() for p in model.parameters())}, open(f"{folder}/report.json", "w"))
else:
    model.load_state_dict(torch.load(f"{folder}/state.pt"))
    with torch.no_grad():
        scores, weights = zip(*map(model.eval(), bags))
    np.savetxt(f"{folder}/scores.csv", torch.cat(scores).sigmoid())
    np.savetxt(f"{folder}/weights.csv", torch.cat(weights))
