import Containers
import LinearAlgebra
import MILBags
import UserInput

extension ReadOptions {
  /// Whether features may be missing, to be handled after reading.
  var allowsMissing: Bool { missing != nil && missing != .refuse }

  /// Whether readers let missing features pass: for the option, or because they may be padding that is left out.
  ///
  /// ``PaddingRows`` refuses those elsewhere.
  var admitsMissing: Bool { allowsMissing || paddingRows == .drop }

  /// The values that may be missing.
  var missingRule: MissingRule {
    MissingRule(allows: admitsMissing, infinite: allowsMissing ? missingCodes.filter(\.isInfinite) : [])
  }
}

/// The values that readers take for missing features.
struct MissingRule {
  /// Whether features may be missing.
  var allows = false
  /// The infinite numbers that stand for a missing feature.
  var infinite: [Double] = []

  /// Whether an infinite number is a missing feature.
  func isMissing(_ number: Double) -> Bool { infinite.contains(number) }
}

/// Handles missing features: NaN in the result of a reader.
enum MissingValues {
  /// The remedy in errors about a missing feature.
  static let wayOut = FileArray.wayOutOfMissing

  /// The remedy if a kept model fixes the features.
  static let wayOutOfModel = "; --missing drop-instances leaves its instance out"

  /// Whether a text marks a missing name: NA, N/A, NaN, null, None, or a spreadsheet error.
  static func isMissingName(_ field: some Collection<UInt8>) -> Bool { MissingWords.contain(field, .name) }

  /// Whether a field marks a missing value: empty, NA, N/A, NaN, ?, ., -, null, None.
  static func isMarker(_ field: some Collection<UInt8>) -> Bool {
    MissingWords.contain(field, .feature)
      || field.count <= 24 && MissingLabels.isNaN(String(decoding: field, as: UTF8.self))
  }

  /// Returns NaN if `error` is about a field with a missing-value marker and missing values are allowed.
  ///
  /// - Throws: the error, with the remedy if the field has such a marker or is infinite.
  static func value(orThrow error: ReadError, _ rule: MissingRule) throws -> Double {
    guard error.found.hasPrefix("\""), error.found.hasSuffix("\""), error.found.count >= 2 else { throw error }
    let field = error.found.dropFirst().dropLast()
    let infinity = infinity(field)
    guard infinity != nil || isMarker(field.utf8) else { throw error }
    if infinity.map(rule.isMissing) ?? rule.allows { return .nan }
    throw ReadError(
      file: error.file, at: error.place, found: error.found,
      expected: error.expected + (infinity.map(FileArray.wayOutOfInfinity) ?? wayOut))
  }

  /// Parses a field as infinity; nil for any other, such as a finite number beyond double precision.
  static func infinity(_ field: some StringProtocol) -> Double? {
    let word = field.lowercased().drop { $0 == "+" || $0 == "-" }
    // The C library of Windows writes 1.#INF00, to any number of digits.
    let isOfWindows = word.hasPrefix("1.#inf") && word.dropFirst(6).allSatisfy { $0 == "0" }
    guard field.count - word.count <= 1, isOfWindows || ["inf", "infinity"].contains(word) else { return nil }
    return field.hasPrefix("-") ? -.infinity : .infinity
  }

  /// Returns an error about a missing feature with the remark that the whole line has none, as padding.
  ///
  /// Any other error is returned unchanged.
  ///
  /// - Parameters:
  ///   - text: a scanner in the line of the error.
  ///   - isFeature: whether a column, from 0, is a feature.
  static func ofPadding(_ error: any Error, _ text: TextScanner, isFeature: (Int) -> Bool) -> any Error {
    guard let error = error as? ReadError, error.expected.contains(wayOut) else { return error }
    var line = text.atLineStart
    var (column, count) = (0, 0)
    while !line.isAtLineEnd {
      guard let field = try? line.text() else { return error }
      if isFeature(column) {
        guard isMarker(field) else { return error }
        count += 1
      }
      column += 1
    }
    guard count > 1 else { return error }
    return ReadError(
      file: error.file, at: error.place, found: error.found + ", as all features of the line, which looks like padding",
      expected: error.expected)
  }

  /// Applies the options for missing features to the bags; returns them unchanged if no feature is missing.
  ///
  /// - Throws: ``ReadError`` with a bag that loses all its instances, or if no feature is left.
  static func settled(_ bags: ReadBags, _ options: ReadOptions, file: String) throws -> ReadBags {
    var bags = try MissingCode.settled(bags, options, file: file)
    guard options.allowsMissing else {
      if options.admitsMissing { try refuse(in: bags.dataset, file: file) }
      return bags
    }
    if options.columns.areRemembered, let places = options.droppedFeatures {
      bags = try dropped(places, of: bags, options, file: file)
      if options.missing == .dropColumns { return bags }
    }
    let dataset = bags.dataset
    let columns = dataset.featureCount
    var isIncomplete = [Bool](repeating: false, count: dataset.instanceCount)
    var missing = [Int](repeating: 0, count: columns)
    dataset.instances.withUnsafeElements { values in
      for place in values.indices where values[place].isNaN {
        isIncomplete[place / columns] = true
        missing[place % columns] += 1
      }
    }
    let count = missing.reduce(0, +)
    guard count > 0 else { return bags }
    var result = bags
    let statement: String
    switch options.missing {
    case .dropInstances:
      result.dataset = try withoutInstances(dataset, isIncomplete, file) { size in
        (
          "a missing feature in each of its \(size) instances",
          "an instance without; --missing drop-columns or mean keeps the bag"
        )
      }
      statement = "\(isIncomplete.count(where: \.self)) of \(isIncomplete.count) instances left out" + padding(dataset)
    case .dropColumns where options.columns.areRemembered:
      let columns = missing.indices.filter { missing[$0] > 0 }
      throw ReadError(
        file: file, found: "a missing value of \(bags.listed(features: columns)), which the training bags have",
        expected: "a number in each; --missing drop-instances or mean, or training without, by --ignore-column")
    case .dropColumns:
      result = try result.leavingOut(missing.map { $0 > 0 }, file)
      result.droppedFeatures = missing.indices.filter { missing[$0] > 0 }
      statement = "\(bags.listed(features: result.droppedFeatures ?? [])) left out"
    default:
      // A kept model has the means of its training bags.
      if !options.columns.areRemembered, let empty = missing.firstIndex(of: dataset.instanceCount) {
        let name = bags.title(ofFeature: empty)
        throw ReadError(
          file: file, found: "no value of feature \(name) in any instance",
          expected:
            "one at least, for a mean; --missing drop-columns or --ignore-column leaves it out")
      }
      // One bit pattern for all, so that the set has one fingerprint.
      result.dataset = dataset.replacing(instances: dataset.instances.map { $0.isNaN ? .nan : $0 })
      statement =
        "each becomes its feature's mean over the training bags, 0 where these have no value" + padding(dataset)
    }
    result.decisions.append(
      ReadDecision(.missing, "\(count) of \(dataset.instances.count) values: " + statement, option: "--missing"))
    return result
  }

  /// Refuses missing features that readers let pass as padding.
  ///
  /// - Parameter isPadding: whether an instance is padding, for each of them; none is by default.
  /// - Throws: ``ReadError`` for the first missing feature of another instance.
  static func refuse(in dataset: BagDataset, except isPadding: [Bool] = [], file: String) throws {
    let columns = dataset.featureCount
    let first = dataset.instances.withUnsafeElements { values in
      values.indices.first { values[$0].isNaN && (isPadding.isEmpty || !isPadding[$0 / columns]) }
    }
    guard let first else { return }
    let (row, column) = (first / columns, first % columns)
    let bag = dataset.offsets.lastIndex { $0 <= row } ?? 0
    let title = dataset.featureNames.map { $0[column].onOneLine(limit: 60) } ?? "\(column + 1)"
    let values = (0..<columns).map { dataset.instances[row, $0] }
    throw ReadError(
      file: file, at: .field("bag \(dataset.bagNames[bag].onOneLine(limit: 60))"),
      found: "nan in instance \(row - dataset.offsets[bag] + 1), feature \(title)" + FileArray.padding(values),
      expected: "a finite number in single precision" + wayOut)
  }

  /// Returns the remark on instances without any value; empty if there are none.
  private static func padding(_ dataset: BagDataset) -> String {
    let columns = dataset.featureCount
    let count = dataset.instances.withUnsafeElements { values in
      (0..<dataset.instanceCount).count { values[$0 * columns..<($0 + 1) * columns].allSatisfy(\.isNaN) }
    }
    guard count > 0, columns > 1 else { return "" }
    return "; \(count == 1 ? "1 instance has" : "\(count) instances have") no value at all, which looks like padding"
  }

  /// Returns the bags without the unnamed features that a kept model's training bags lost.
  ///
  /// - Throws: ``ReadError`` for too few features, or if a feature of the model is missing.
  private static func dropped(
    _ places: [Int], of bags: ReadBags, _ options: ReadOptions, file: String
  ) throws -> ReadBags {
    let dataset = bags.dataset
    guard let last = places.max(), last < dataset.featureCount else {
      throw ReadError(
        file: file, found: "\(dataset.featureCount) features",
        expected: "those of the model's training bags, of which number \((places.max() ?? 0) + 1) was left out")
    }
    var result = bags
    result = try result.leavingOut((0..<dataset.featureCount).map(places.contains), file)
    guard try options.missing != .dropColumns || !result.dataset.hasMissingValues else {
      throw ReadError(
        file: file, found: "a missing value of a feature that the model was trained on",
        expected: "a number; --missing drop-instances leaves its instance out")
    }
    let names = places.map { "number \($0 + 1)" }.joined(separator: ", ")
    result.decisions.append(ReadDecision(.missing, "features left out as in the model: \(names)", option: "--missing"))
    return result
  }

  /// Returns the bags without some instances.
  ///
  /// - Parameter complaint: returns the words of the error about a bag that loses all its instances, by its size.
  /// - Throws: ``ReadError`` for a bag that loses all its instances.
  static func withoutInstances(
    _ dataset: BagDataset, _ isDropped: [Bool], _ file: String, _ complaint: (Int) -> (String, String)
  ) throws -> BagDataset {
    var offsets = [0]
    for bag in dataset.labels.indices {
      let kept = dataset[rowsOfBag: bag].count { !isDropped[$0] }
      guard kept > 0 else {
        let (found, expected) = complaint(dataset[sizeOfBag: bag])
        throw ReadError(
          file: file, at: .field("bag \(dataset.bagNames[bag].onOneLine(limit: 60))"), found: found, expected: expected)
      }
      offsets.append(offsets[bag] + kept)
    }
    let kept = isDropped.indices.filter { !isDropped[$0] }
    var result = try BagDataset(
      name: dataset.name, instances: dataset.instances.selectingRows(kept.map { $0..<($0 + 1) }), offsets: offsets,
      targets: dataset.targets, bagNames: dataset.bagNames,
      instanceLabels: dataset.instanceLabels.map { all in kept.map { all[$0] } }, groups: dataset.groups,
      featureNames: dataset.featureNames, places: dataset.places.map { all in kept.map { all[$0] } })
    result.foldNames = dataset.foldNames
    return try dataset.askedTask.map { try result.asking(for: $0) } ?? result
  }

  fileprivate static func withoutColumns(_ dataset: BagDataset, _ isDropped: [Bool], _ file: String) throws
    -> BagDataset
  {
    let kept = isDropped.indices.filter { !isDropped[$0] }
    guard !kept.isEmpty else {
      throw ReadError(
        file: file, found: "a missing value in each of the \(isDropped.count) features",
        expected: "a feature without; --missing drop-instances or mean keeps features")
    }
    return dataset.selecting(features: kept)
  }
}

extension ReadBags {
  /// Returns the bags without some features.
  fileprivate func leavingOut(_ isDropped: [Bool], _ file: String) throws -> ReadBags {
    var result = self
    result.dataset = try MissingValues.withoutColumns(dataset, isDropped, file)
    let kept = isDropped.indices.filter { !isDropped[$0] }
    result.featureTitles = featureTitles.map { titles in kept.map { titles[$0] } }
    result.loss = loss?.selecting(kept)
    return result
  }
}
