import LinearAlgebra
import MILBags
import UserInput

/// The parameters of a made data set, with their defaults: what its name can set, and what its bags are made from.
///
/// Constructors only store. All leaves of the structure need names of their own and values that are numbers, texts, or
/// true and false. The same parameters give the same bags.
package protocol BagGenerator: Codable, Sendable, Equatable {
  /// What it is asked for by, in lower case.
  static var name: String { get }
  /// What it is, in one sentence.
  static var summary: String { get }
  /// Whom to cite; nil if there is nobody.
  static var citation: String? { get }

  /// The defaults.
  init()

  /// Refuses values outside their range.
  ///
  /// - Throws: ``/UserInput/ConfigurationError`` naming the parameter, what was found and what was expected.
  func validate() throws

  /// The bags of these parameters.
  ///
  /// - Parameters:
  ///   - name: the data set's name.
  ///   - instances: finds labelled instances by name, for sets that are drawn from them.
  /// - Throws: `DatasetError` where the parameters ask for what cannot be made, and what `instances` throws.
  func makeBags(named name: String, drawingFrom instances: (String) throws -> LabelledInstances) throws -> BagDataset
}

/// Bags that are drawn from labelled instances.
package protocol DrawnBags: BagGenerator {
  /// The name or the file of the labelled instances.
  var source: String { get }
}

extension BagGenerator {
  /// Refuses values outside their range in the name of a data set.
  func requireValid(_ name: String) throws {
    do {
      try validate()
    } catch let error as ConfigurationError {
      throw DatasetError(dataset: name, problem: "\(error)")
    }
  }

  /// The bags of these parameters, made without other data.
  ///
  /// - Throws: `DatasetError` where the parameters ask for what cannot be made, or for other data.
  package func makeBags(named name: String) throws -> BagDataset {
    try makeBags(named: name) { source in
      throw DatasetError(dataset: name, problem: "no labelled instances \"\(source)\" were given to draw from")
    }
  }
}

/// The smallest and largest number of instances of a bag, written `5-15`, or `20` where they are one number.
package struct BagSizes: Codable, Sendable, Equatable {
  /// The sizes, each as likely as the others.
  package let range: ClosedRange<Int>

  /// The largest size that can be asked for.
  package static let limit = 1 << 24

  /// Sizes from the smallest to the largest.
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

  /// Refuses sizes outside 1 to ``limit``.
  func validate() throws {
    try ConfigurationError.require("bagSize", range.lowerBound, in: 1...Self.limit)
    try ConfigurationError.require("bagSize", range.upperBound, in: 1...Self.limit)
  }

  /// A size drawn at random.
  func draw(using generator: inout RandomGenerator) -> Int {
    range.lowerBound + generator.integer(below: range.count)
  }
}
