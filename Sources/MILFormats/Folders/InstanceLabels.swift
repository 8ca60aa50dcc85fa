import Containers
import FoundationEssentials
import MILBags
import UserInput

/// The instance labels in files beside the features.
struct InstanceLabels {
  /// 1, 0, or nil for an unlabelled instance.
  let labels: [Int?]
  /// The names of the labels.
  let names: [String]
  /// The negative labels, if one was taken against several.
  let rest: [String]?
  /// The decision about their meanings.
  let decision: ReadDecision

  /// Reads the files of some bags; nil if one bag has none.
  ///
  /// - Throws: ``ReadError`` if the numbers of labels and instances differ, or the labels do not determine the positive
  ///   one.
  init?(
    _ bags: [(bag: FoundFiles.Bag, count: Int)], _ listing: FolderListing, _ options: ReadOptions
  ) throws {
    guard !bags.isEmpty, bags.allSatisfy({ $0.bag.instanceLabels != nil }) else { return nil }
    var rule = LabelRule(of: .instances, file: listing.url.path, options: options)
    var codes: [Int] = []
    for (bag, count) in bags {
      guard let path = bag.instanceLabels else { return nil }
      let array = try FeatureArrays.only(listing.url(of: path), options, called: ["labels", "patch_labels"])
      let numbers = try array.numbers()
      guard numbers.count == count else { throw array.error(expected: "one label for each of the \(count) instances") }
      for number in numbers {
        let text = Int(exactly: number).map(String.init) ?? (number.isNaN ? "" : String(number))
        codes.append(try rule.code(of: ArraySlice(text.utf8), at: .field("labels of instances of \(bag.name)")))
      }
    }
    let resolved = try rule.resolve()
    labels = codes.map { resolved.meanings[$0] }
    (names, rest, decision) = (resolved.classNames, resolved.rest, resolved.decision)
  }
}
