import Foundation
import Testing

/// Twelve bags s1 to s12 of two or three instances, in any layout. A bag with an even number is positive, and its first
/// instance shows it.
enum SampleBags {
  /// One instance.
  struct Row {
    var bag: Int
    var f, g: Double
    var label: Int { 1 - bag % 2 }
  }

  static let rows: [Row] = (1...12).flatMap { bag in (0..<(2 + bag % 2)).map { row(bag, $0) } }

  private static func row(_ bag: Int, _ place: Int) -> Row {
    let witness = place == 0 ? 2.0 * Double(1 - bag % 2) : 0.0
    let f = Double((bag * 7 + place * 5) % 11) / 10.0
    return Row(bag: bag, f: f + witness, g: Double((bag * 3 + place) % 5) / 5.0)
  }

  /// Returns a table with the columns bag, label, f and g.
  static func table(
    header: String? = "bag,label,f,g", separator: String = ",", id: (Int) -> String = { "s\($0)" },
    label: (Int) -> String = { "\(1 - $0 % 2)" }, f: (Row) -> String = { "\($0.f)" },
    keeping: (Int) -> Bool = { _ in true }
  ) -> String {
    let lines = rows.filter { keeping($0.bag) }.map { row -> String in
      [id(row.bag), label(row.bag), f(row), "\(row.g)"].joined(separator: separator)
    }
    return ((header.map { [$0.replacing(",", with: separator)] } ?? []) + lines).joined(separator: "\n") + "\n"
  }

  /// Returns ARFF with one line for each instance.
  static func attributes(
    id: (Int) -> String = { "s\($0)" }, label: (Int) -> String = { "\(1 - $0 % 2)" }, f: (Row) -> String = { "\($0.f)" }
  ) -> String {
    let labels = Set((1...12).map(label)).sorted().joined(separator: ",")
    return
      "@relation bags\n@attribute bag string\n@attribute f numeric\n@attribute g numeric\n@attribute label {\(labels)}\n"
      + "@data\n" + rows.map { "\(id($0.bag)),\(f($0)),\($0.g),\(label($0.bag))\n" }.joined()
  }

  /// Returns sparse text of Andrews' archive.
  static func sparse(
    id: (Int) -> String = { "s\($0)" }, label: (Int) -> String = { "\(1 - $0 % 2)" }, f: (Row) -> String = { "\($0.f)" }
  ) -> String {
    rows.enumerated().map { "\($0):\(id($1.bag)):\(label($1.bag)) 1:\(f($1)) 2:\($1.g)\n" }.joined()
  }

  /// Returns rows of label, bag and features, without a header.
  static func labelFirst(
    id: (Int) -> String = { "s\($0)" }, label: (Int) -> String = { "\(1 - $0 % 2)" }
  ) -> String {
    rows.map { "\(label($0.bag)),\(id($0.bag)),\($0.f),\($0.g)\n" }.joined()
  }

  /// Copies arrays from Fixtures/make_cases.py, all or the named ones, into a folder.
  static func copyArrays(_ names: [String], to workshop: Workshop) throws {
    let folder = try #require(Bundle.module.url(forResource: "Fixtures/cases", withExtension: nil))
    for name in names {
      try FileManager.default.copyItem(
        at: folder.appending(path: name), to: workshop.folder.appending(path: name))
    }
  }
}

extension Workshop {
  /// Returns the output of `describe` for a file: the number of bags and of positive ones, instances, features, and all
  /// decisions.
  func described(
    _ file: String, _ options: String..., location: SourceLocation = #_sourceLocation
  ) async throws -> (counts: [Int], decisions: String) {
    let run = try await Tool.run(["describe", file, "--json"] + options, in: folder)
    #expect(run.status == 0, "\(file): \(run.errors)", sourceLocation: location)
    guard run.status == 0 else { return ([], "") }
    let json = try run.json
    let decisions = try #require(json["decisions"] as? [[String: Any]])
    return (
      ["bags", "positive_bags", "instances", "features"].map { json[$0] as? Int ?? -1 },
      decisions.compactMap { $0["statement"] as? String }.joined(separator: "\n")
    )
  }

  /// Trains a model on a file and saves it in `m.mil`.
  func train(on file: String, _ model: String = "logistic-bag-mean", _ options: String...) async throws {
    let run = try await Tool.run(["train", "--model", model, "--data", file, "--out", "m.mil"] + options, in: folder)
    #expect(run.status == 0, "\(file): \(run.errors)")
  }

  /// Returns the label of each bag in a file, as printed by `predict` with the saved model.
  func truths(_ file: String, _ options: String...) async throws -> [String: String] {
    let run = try await Tool.run(["predict", "m.mil", "--data", file, "--json"] + options, in: folder)
    #expect(run.status == 0, "\(file): \(run.errors)")
    let bags = try #require(try run.json["bags"] as? [[String: Any]])
    return Dictionary(
      uniqueKeysWithValues: bags.map { ($0["bag"] as? String ?? "", $0["truth"] as? String ?? "none") })
  }
}
