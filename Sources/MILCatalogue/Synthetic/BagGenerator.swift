import LinearAlgebra
import MILBags
import UserInput

/// The parameters of a synthetic data set with their defaults, and the generator of its bags.
///
/// Its name can set each of them. Initialisers only store. All leaves of the structure need distinct names and values
/// that are numbers, texts, or true and false. The same parameters result in the same bags.
package protocol BagGenerator: Codable, Sendable, Equatable {
  /// The name in commands, in lower case.
  static var name: String { get }
  /// The summary in one sentence.
  static var summary: String { get }
  /// The publications to cite; nil if there are none.
  static var citation: String? { get }

  /// Creates the default parameters.
  init()

  /// Throws for values outside their range.
  ///
  /// - Throws: ``/UserInput/ConfigurationError`` with the parameter, the found value and the expected one.
  func validate() throws

  /// Returns the bags of these parameters.
  ///
  /// - Parameters:
  ///   - name: the data set's name.
  ///   - instances: returns labelled instances by name, for sets that are drawn from them.
  /// - Throws: `DatasetError` if the parameters cannot be satisfied, and errors of `instances`.
  func makeBags(named name: String, drawingFrom instances: (String) throws -> LabelledInstances) throws -> BagDataset
}

/// Bags that are drawn from labelled instances, every second one positive, in turns from pools without a common
/// instance.
package protocol DrawnBags: BagGenerator {
  /// The name or the file of the labelled instances.
  var source: String { get }
  /// The number of bags.
  var bags: Int { get }
  /// The number of pools.
  var pools: Int { get }

  /// Returns the bags of these parameters, drawn from `instances` regardless of ``source``.
  ///
  /// - Throws: `DatasetError` if the instances cannot make such bags.
  func makeBags(named name: String, from instances: LabelledInstances) throws -> BagDataset
}

extension DrawnBags {
  /// Returns the bags of these parameters, drawn from ``source``.
  package func makeBags(
    named name: String, drawingFrom instances: (String) throws -> LabelledInstances
  ) throws -> BagDataset {
    try requireValid(name)
    return try makeBags(named: name, from: try instances(source))
  }

  /// Returns the pool of a bag, both from 0: a positive bag and the negative one after it share theirs.
  func pool(ofBag bag: Int) -> Int { bag / 2 % pools }

  /// The labels of the bags.
  var labels: [Int] { (0..<bags).map { 1 - $0 % 2 } }

  /// The groups of the bags, their pools; nil for a single pool.
  var groups: [String]? { pools == 1 ? nil : (0..<bags).map { "pool \(pool(ofBag: $0) + 1)" } }
}

extension BagGenerator {
  /// Throws for values outside their range, with the name of the data set.
  func requireValid(_ name: String) throws {
    do {
      try validate()
    } catch let error as ConfigurationError {
      throw DatasetError(dataset: name, problem: "\(error)")
    }
  }

  /// Returns the bags of these parameters without other data.
  ///
  /// - Throws: `DatasetError` if the parameters cannot be satisfied, or need other data.
  package func makeBags(named name: String) throws -> BagDataset {
    try makeBags(named: name) { source in
      throw DatasetError(dataset: name, problem: "no labelled instances \"\(source)\" were given to draw from")
    }
  }
}

/// The smallest and largest number of instances of a bag, written `5-15`, or `20` if they are equal.
package struct BagSizes: Codable, Sendable, Equatable {
  /// The possible sizes, all equally likely.
  package let range: ClosedRange<Int>

  /// The largest valid size.
  package static let limit = 1 << 24

  /// Creates sizes from the smallest to the largest.
  package init(_ range: ClosedRange<Int>) { self.range = range }

  /// Reads one size, or two with a hyphen between.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let parts = try container.decode(String.self).split(separator: "-", omittingEmptySubsequences: false)
    let numbers = parts.map { Int($0) }
    guard let low = numbers.first ?? nil, let high = numbers.last ?? nil, numbers.count <= 2, low >= 1, low <= high,
      high <= Self.limit
    else {
      throw DecodingError.dataCorruptedError(
        in: container,
        debugDescription: "expected a size from 1 to \(Self.limit), or two with a hyphen between, like 5-15")
    }
    range = low...high
  }

  /// Writes one size, or two with a hyphen between.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(
      range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)")
  }

  /// Throws for sizes outside 1 to ``limit``.
  func validate() throws {
    try ConfigurationError.require("bagSize", range.lowerBound, in: 1...Self.limit)
    try ConfigurationError.require("bagSize", range.upperBound, in: 1...Self.limit)
  }

  /// Returns a random size.
  func draw(using generator: inout RandomGenerator) -> Int {
    range.lowerBound + generator.integer(below: range.count)
  }
}
