import Foundation
import MILBags
import MILCatalogue
import MILEvaluation
import MILFormats
import Testing

@Suite("Fold files")
struct FoldLibraryTests {
  private let settings = ProtocolSettings(
    folds: 3, scheme: .stratified, standardisation: .trainingInstances, epsilon: 0, seed: 7)

  @Test("Folds are written once and read again")
  func writtenOnce() async throws {
    try await withTemporaryFolder { folder in
      let bags = try madeBags("a/b [c]")
      let library = FoldLibrary(folder: folder.appending(path: "folds"))
      let drawn = try library.folds(for: bags, settings, repeats: 3)
      let file = folder.appending(path: "folds/a_b__c_-stratified-3-seed-7.json")
      let bytes = try Data(contentsOf: file)
      #expect(try library.folds(for: bags, settings, repeats: 3) == drawn)
      #expect(try library.folds(for: bags, settings, repeats: 1) == drawn)
      #expect(try Data(contentsOf: file) == bytes)
      let longer = try library.folds(for: bags, settings, repeats: 5)
      #expect(longer.assignment.prefix(3) == drawn.assignment[...])
      #expect(try FoldAssignment.read(from: file) == longer)
    }
  }

  @Test("The largest seed survives the file")
  func largestSeed() async throws {
    try await withTemporaryFolder { folder in
      var settings = settings
      settings.seed = .max
      let library = FoldLibrary(folder: folder)
      let drawn = try library.folds(for: madeBags(), settings, repeats: 1)
      #expect(drawn.seed == .max)
      #expect(try library.folds(for: madeBags(), settings, repeats: 1) == drawn)
    }
  }

  @Test("A fold file that was edited, truncated or put in another's place stops the run")
  func edited() async throws {
    try await withTemporaryFolder { results in
      let runner = try makeRunner([madeBags()], results: results)
      _ = try await runner.run(madeExperiment(repeats: 1))
      let file = results.appending(path: "folds/made-stratified-3-seed-2018.json")
      let text = try String(contentsOf: file, encoding: .utf8)
      let start = try #require(text.range(of: "    [")).upperBound
      let swapped = text.replacingCharacters(
        in: start..<text.index(after: start), with: text[start] == "1" ? "2" : "1")
      let others = try FoldAssignment(for: madeBags("other"), scheme: .stratified, folds: 3, repeats: 1, seed: 2018)
      let larger = try FoldAssignment(for: madeBags(), scheme: .stratified, folds: 4, repeats: 1, seed: 2018)
      let shorter = try FoldAssignment(
        for: madeBags().selecting(bags: Array(0..<9)), scheme: .stratified, folds: 3, repeats: 1, seed: 2018)
      func expectRefusal(_ problem: String) async {
        let text = await message { _ = try await runner.run(madeExperiment(repeats: 1)) } ?? "nothing"
        #expect(text.hasPrefix(file.path) && text.contains(problem) && !text.contains("\n"), "\(text)")
      }
      try Data(swapped.utf8).write(to: file)
      await expectRefusal("was changed after writing")
      try Data(text.utf8.prefix(text.utf8.count / 2)).write(to: file)
      await expectRefusal(": line ")
      try others.write(to: file)
      await expectRefusal("it holds other folds than its name says")
      try larger.write(to: file)
      await expectRefusal("it holds other folds than its name says")
      try shorter.write(to: file)
      await expectRefusal("they divide 9 bags, but data set made has 12")
    }
  }

  @Test("Repeats are not added to folds that the seed does not give")
  func foreignRepeats() async throws {
    try await withTemporaryFolder { folder in
      let (bags, library) = (try madeBags(), FoldLibrary(folder: folder))
      let file = folder.appending(path: "made-stratified-3-seed-7.json")
      // Swapped labels result in other folds of the same name.
      let inverted = try BagDataset(
        name: "made", instances: bags.instances, offsets: bags.offsets, labels: bags.labels.map { 1 - $0 }
      ).known(as: "made")
      try FoldAssignment(for: inverted, scheme: .stratified, folds: 3, repeats: 1, seed: 7).write(to: file)
      let bytes = try Data(contentsOf: file)
      #expect(throws: FoldError.self) { try library.folds(for: bags, settings, repeats: 2) }
      #expect(try Data(contentsOf: file) == bytes)
    }
  }

  @Test("A folder that cannot be made is named")
  func noFolder() async throws {
    try await withTemporaryFolder { folder in
      let file = folder.appending(path: "file")
      try Data().write(to: file)
      let runner = try makeRunner([madeBags()], results: file.appending(path: "results"))
      let text = await message { _ = try await runner.run(madeExperiment(repeats: 1)) } ?? "nothing"
      #expect(text.hasPrefix("\(file.path)/results/folds: the folder cannot be made: "), "\(text)")
      #expect(!text.contains("\n"))
    }
  }

  @Test("Folds of a finished run are taken and copied where they are of these bags, and its folder is only read")
  func finished() async throws {
    try await withTemporaryFolder { folder in
      let bags = try madeBags()
      let place = folder.appending(path: "finished")
      // There are more repeats than requested, which distinguishes them from drawn folds.
      let kept = try FoldLibrary(folder: place).folds(for: bags, settings, repeats: 4)
      let name = try #require(try FileManager.default.contentsOfDirectory(atPath: place.path).first)
      let own = folder.appending(path: "own")
      let library = FoldLibrary(folder: own, finished: [folder.appending(path: "none"), place])
      #expect(try library.folds(for: bags, settings, repeats: 2) == kept)
      #expect(try FoldAssignment.read(from: own.appending(path: name)) == kept)
      #expect(try FoldLibrary(folder: nil, finished: [place]).folds(for: bags, settings, repeats: 2) == kept)
      // Other bags of the same name, and more repeats than exist, are drawn.
      let strangers = try SyntheticBags.plantedWitness(
        bags: 14, instancesPerBag: 1...4, features: 3, witnessRate: 0.5, shift: 2, seed: 1
      ).renamed("made")
      #expect(
        try FoldLibrary(folder: nil, finished: [place]).folds(for: strangers, settings, repeats: 2).bagCount == 14)
      #expect(try FileManager.default.contentsOfDirectory(atPath: place.path) == [name])
    }
  }
}
