import Foundation
import MILBags
import Output
import UserInput

/// A fold file: JSON with the fields of the assignment and its hash, one repeat a line.
extension FoldAssignment: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case dataset, scheme, repeats, seed, source, assignment, hash
    case bagCount = "bags"
    case foldCount = "folds"
    case leftOut = "left_out"
  }

  /// Decodes an assignment and checks it.
  ///
  /// Every repeat must assign each bag a fold from 1, no fold may be empty, and the hash must match the content.
  package init(from decoder: any Decoder) throws {
    let fields = try decoder.strictContainer(keyedBy: CodingKeys.self)
    self.init(
      dataset: try fields.decode(String.self, forKey: .dataset),
      bagCount: try fields.decode(Int.self, forKey: .bagCount),
      scheme: try fields.decode(FoldScheme.self, forKey: .scheme),
      foldCount: try fields.decode(Int.self, forKey: .foldCount),
      repeats: try fields.decode(Int.self, forKey: .repeats),
      seed: try fields.decode(UInt64.self, forKey: .seed),
      source: try fields.decodeIfPresent(String.self, forKey: .source),
      assignment: try fields.decode([[Int]].self, forKey: .assignment),
      leftOut: try fields.decodeIfPresent([[[Int]]].self, forKey: .leftOut))
    let stated = try fields.decode(String.self, forKey: .hash)
    func refuse(_ key: CodingKeys, _ problem: String) -> DecodingError {
      .dataCorruptedError(forKey: key, in: fields, debugDescription: problem)
    }
    guard hash == stated else {
      throw refuse(.hash, "hash \(stated), but the content has \(hash): the file was changed after writing")
    }
    let isGiven = scheme == .given
    guard repeats >= 1, foldCount >= (isGiven ? 1 : 2), foldCount <= bagCount else {
      throw refuse(.foldCount, "\(repeats) repeats of \(foldCount) folds of \(bagCount) bags")
    }
    guard assignment.count == repeats, assignment.allSatisfy({ $0.count == bagCount }) else {
      throw refuse(.assignment, "a table that is not \(repeats) repeats of \(bagCount) fold numbers")
    }
    guard assignment.allSatisfy({ Set($0).subtracting(isGiven ? [0] : []) == Set(1...foldCount) }) else {
      throw refuse(.assignment, "a repeat whose fold numbers are not all of 1 to \(foldCount)")
    }
    guard let leftOut else { return }
    guard isGiven, leftOut.count == repeats, leftOut.allSatisfy({ $0.count == foldCount }),
      leftOut.joined().joined().allSatisfy((0..<bagCount).contains)
    else {
      throw refuse(.leftOut, "a table that is not, of \(repeats) repeats of \(foldCount) folds, lists of bags from 0")
    }
    for (round, fold) in (1...repeats).flatMap({ round in (1...foldCount).map { (round, $0) } }) {
      guard leftOut[round - 1][fold - 1].allSatisfy({ assignment[round - 1][$0] != fold }),
        !trainingBags(repeat: round, fold: fold).isEmpty
      else { throw refuse(.leftOut, "in repeat \(round) fold \(fold) a test bag, or all training bags") }
    }
  }

  /// Encodes the assignment's fields and its hash.
  package func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(dataset, forKey: .dataset)
    try fields.encode(bagCount, forKey: .bagCount)
    try fields.encode(scheme, forKey: .scheme)
    try fields.encode(foldCount, forKey: .foldCount)
    try fields.encode(repeats, forKey: .repeats)
    try fields.encode(seed, forKey: .seed)
    try fields.encodeIfPresent(source, forKey: .source)
    try fields.encode(assignment, forKey: .assignment)
    try fields.encodeIfPresent(leftOut, forKey: .leftOut)
    try fields.encode(hash, forKey: .hash)
  }

  /// Writes a fold file, whole or not at all.
  package func write(to url: URL) throws {
    func quoted(_ text: String) throws -> String { String(decoding: try JSONEncoder().encode(text), as: UTF8.self) }
    let origin = try source.map { "  \"source\": \(try quoted($0)),\n" } ?? ""
    let out = leftOut.map { "  \"left_out\": \("\($0)".filter { $0 != " " }),\n" } ?? ""
    let rows = assignment.map { "    [" + $0.map(String.init).joined(separator: ",") + "]" }
    let text = """
      {
        "dataset": \(try quoted(dataset)),
        "bags": \(bagCount),
        "scheme": "\(scheme.rawValue)",
        "folds": \(foldCount),
        "repeats": \(repeats),
        "seed": \(seed),
      \(origin)\
        "assignment": [
      \(rows.joined(separator: ",\n"))
        ],
      \(out)\
        "hash": "\(hash)"
      }

      """
    do {
      try WholeFile.write(Data(text.utf8), to: url)
    } catch {
      throw FoldError(place: url.path, problem: "the file cannot be written: \(error.reason)")
    }
  }

  /// Reads a fold file.
  ///
  /// - Parameters:
  ///   - url: the file.
  ///   - dataset: the data set of the folds; its number of bags must equal the file's.
  /// - Throws: `FoldError` with the file, and with both hashes if the content does not match the stored one.
  package static func read(from url: URL, for dataset: BagDataset? = nil) throws -> FoldAssignment {
    do {
      let result = try decodeJSON5(FoldAssignment.self, from: Data(contentsOf: url), file: url.path)
      if let dataset { try result.check(fits: dataset) }
      return result
    } catch let error as FoldError {
      throw FoldError(place: url.path, problem: error.problem)
    } catch let error as DocumentError {
      throw FoldError(place: error.file, problem: error.problem)
    } catch {
      throw FoldError(place: url.path, problem: "the file cannot be read: \(SystemReason.text(of: error))")
    }
  }
}
