import LinearAlgebra
import MILBags
import MILRecords

/// The order in which the epochs of a training visit its bags.
struct EpochDraw {
  private var order: [Int]
  /// The bags of each class and how many of them the current round has visited; empty if each epoch visits all bags.
  private var classes: [(bags: [Int], seen: Int)] = []

  /// Creates orders of training bags.
  ///
  /// - Throws: ``NotApplicable`` for balanced sampling if the targets are not classes.
  init(_ sampling: TrainingConfiguration.Sampling, _ targets: Targets) throws {
    order = Array(0..<targets.count)
    guard sampling == .balanced else { return }
    guard let labels = targets.classIndices else {
      throw NotApplicable("sampling=balanced needs classes, the bags have \(targets.kind.title)")
    }
    for label in Set(labels).sorted() {
      let bags = labels.indices.filter { labels[$0] == label }
      classes.append((bags, bags.count))
    }
  }

  /// Returns the bags of the next epoch.
  mutating func next(_ generator: inout RandomGenerator) -> [Int] {
    guard !classes.isEmpty else {
      generator.permute(&order)
      return order
    }
    let count = order.count
    order = []
    // If the bags are not divisible by the classes, an epoch's first classes have one more.
    for place in classes.indices {
      for _ in 0..<(count / classes.count + (place < count % classes.count ? 1 : 0)) {
        if classes[place].seen == classes[place].bags.count {
          generator.permute(&classes[place].bags)
          classes[place].seen = 0
        }
        order.append(classes[place].bags[classes[place].seen])
        classes[place].seen += 1
      }
    }
    generator.permute(&order)
    return order
  }
}
