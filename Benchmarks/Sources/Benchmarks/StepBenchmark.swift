import MILBench

/// The time of one training step of MI-Net beside its floor, on the bags of one data set.
struct StepBenchmark {
  /// What was measured, in microseconds a step.
  struct Result {
    var dataset: String
    var ours: Double
    var floor: Double
    var ratios: [Double]
  }

  private let bags: BagMatrix
  private let name: String
  private let trainer: Trainer
  private let floor: FloorStep

  init(_ dataset: BagDataset) throws {
    let standardised = Standardiser(fittedTo: dataset.instances).apply(to: dataset)
    name = dataset.name
    bags = BagMatrix(
      instances: standardised.instances, offsets: standardised.offsets, labels: standardised.labels.map(Float.init)
    ).preparedForPasses()
    let network = PooledNetwork<ElementaryPooling>()
    let graph = Graph(featureCount: dataset.featureCount)
    let traced = network.trace(graph)
    trainer = try Trainer(
      graph: graph, loss: traced.loss, outputs: [traced.probability], optimiser: network.training.rule, seed: 1)
    trainer.reserve(for: bags, bagsPerStep: 1)
    floor = FloorStep(
      features: dataset.featureCount, layers: network.trunk.layers.sizes, largestBag: dataset.largestBagSize, seed: 1)
  }

  /// Passes over all bags, ours and the floor in turn, after one of each to warm up.
  func run(rounds: Int) -> Result {
    let order = Array(0..<bags.bagCount)
    var (ours, bare): ([Double], [Double]) = ([], [])
    for round in 0...rounds {
      let a = microseconds { for bag in order { _ = trainer.step(on: bags, order, bag..<(bag + 1)) } }
      let b = microseconds {
        bags.instances.withUnsafeElements { elements in
          guard let base = elements.baseAddress else { return }
          for bag in order {
            let start = bags.offsets[bag]
            floor.run(base + start * bags.instances.columns, rows: bags.offsets[bag + 1] - start)
          }
        }
      }
      if round > 0 {
        ours.append(a / Double(bags.bagCount))
        bare.append(b / Double(bags.bagCount))
      }
    }
    return Result(dataset: name, ours: median(ours), floor: median(bare), ratios: zip(ours, bare).map { $0 / $1 })
  }
}

/// The duration of `body` in microseconds.
func microseconds(_ body: () -> Void) -> Double {
  let components = ContinuousClock().measure(body).components
  return Double(components.seconds) * 1e6 + Double(components.attoseconds) * 1e-12
}

/// The middle of the sorted values.
func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  let middle = sorted.count / 2
  return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
