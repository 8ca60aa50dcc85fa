import MILBags

/// A histogram of the bags' instance counts, as bars for a terminal.
///
/// Size classes are powers of two, or single sizes if they differ by less than 8. `#` is a positive and `.` a negative
/// bag, or several if there are many. Without two classes, `#` is any bag.
struct BagSizeHistogram {
  /// The lines: one a size class, and the legend.
  let lines: [String]

  /// Creates the histogram of a data set, with bars of at most `width` characters.
  init(_ dataset: BagDataset, width: Int = 50) {
    let sizes = dataset.labels.indices.map { dataset[sizeOfBag: $0] }
    let (smallest, largest) = (sizes.min() ?? 1, sizes.max() ?? 1)
    var bounds: [ClosedRange<Int>] = []
    if largest - smallest < 8 {
      bounds = (smallest...largest).map { $0...$0 }
    } else {
      var lower = 1
      while lower <= largest {
        bounds.append(lower...(2 * lower - 1))
        lower *= 2
      }
    }
    let hasSides = dataset.targets.kind == .twoClasses
    let rows = bounds.map { range in
      let bags = sizes.indices.filter { range.contains(sizes[$0]) }
      let positive = hasSides ? bags.count { dataset.labels[$0] == 1 } : bags.count
      return (range, positive, bags.count - positive)
    }.drop { $0.1 + $0.2 == 0 }
    let most = rows.map { $0.1 + $0.2 }.max() ?? 1
    let step = max(1, (most + width - 1) / width)
    let labels = rows.map { row in
      row.0.count == 1 ? "\(row.0.lowerBound)" : "\(row.0.lowerBound) to \(row.0.upperBound)"
    }
    let indent = labels.map(\.count).max() ?? 0
    lines =
      zip(labels, rows).map { label, row in
        let bar =
          String(repeating: "#", count: (row.1 + step - 1) / step)
          + String(repeating: ".", count: (row.2 + step - 1) / step)
        let gap = String(repeating: " ", count: indent - label.count)
        return "  \(gap)\(label) | \(bar) \(row.1 + row.2)"
      } + [
        "  (instances | bags\(hasSides ? ": # positive, . negative" : "")\(step > 1 ? ", one character for \(step)" : ""))"
      ]
  }
}
