import Foundation
import MILRecords
import Testing
import UserInput

@testable import MILBags
@testable import MILCatalogue
@testable import MILFormats

@Suite("Splits of folders, held-out cohorts and survival tables")
struct FolderSplitsTests {
  private static func layout(_ name: String) throws -> LaidOutFolder {
    try #require(LaidOutFolder.all.first { $0.name == name && $0.isReadable }, "\(name)")
  }

  private static func folds(_ path: String, _ bags: BagDataset) throws -> PredefinedFolds {
    try DatasetStore(catalogue: .shipped()).folds(FolderBagsExpected.path(path), for: bags)
  }

  @Test("CLAM's splits overlap, so they are splits and no folds; those of one file are one split")
  func clam() throws {
    let bags = try Self.layout("clam").load().dataset
    let all = try Self.folds("clam/splits", bags)
    #expect(all.folds.foldCount == 1 && all.folds.repeats == 3)
    #expect((1...3).map { all.folds.testBags(repeat: $0, fold: 1) } == [[6, 7], [2, 3], [4, 5, 6, 7]])
    #expect((1...3).map { all.folds.trainingBags(repeat: $0, fold: 1).count } == [4, 4, 4])
    #expect(all.notes.contains { $0.contains("overlap, so they are taken as 3 repetitions of one fold each") })
    let one = try Self.folds("clam/splits/splits_0_bool.csv", bags)
    #expect(one.folds.testBags(repeat: 1, fold: 1) == [6, 7] && one.folds.leftOut == [[[4, 5]]])
  }

  @Test("Fold columns of Patho-Bench, torchmil's parts, TransMIL's lists and nnMIL's column are splits")
  func others() throws {
    let trident = try Self.layout("trident").load().dataset
    let bench = try Self.folds("trident/k=all.tsv", trident)
    #expect(bench.folds.foldCount == 2 && bench.folds.repeats == 1)
    #expect(bench.folds.testBags(repeat: 1, fold: 1) == [0, 1, 2, 3])
    let torchmil = try Self.folds("torchmil/splits.csv", Self.layout("torchmil").load().dataset)
    #expect(torchmil.folds.testBags(repeat: 1, fold: 1) == [5, 6, 7])
    let transmil = try Self.folds("transmil/fold0.csv", Self.layout("transmil").load().dataset)
    #expect(transmil.folds.testBags(repeat: 1, fold: 1) == [6, 7] && transmil.folds.leftOut == [[[4, 5]]])
    let nnmil = try Self.layout("nnmil")
    var options = nnmil.options
    options.columns.folds = ["split"]
    var asked = nnmil
    asked.options = options
    let bags = try asked.load().dataset
    #expect(bags.foldNames == [["train", "train", "train", "train", "train", "train", "test", "test"]])
  }

  @Test("Splits may name slides that are left out, which a note counts, but no others")
  func leftOut() throws {
    try TemporaryFolder.use { place in
      for name in ["a", "b", "c", "d", "e"] { try NumPyBytes.write([[1, 2], [3, 4]], to: place, "f/\(name).npy") }
      try NumPyBytes.write([], to: place, "f/none.npy", columns: 2)
      func write(_ text: String, _ name: String) throws -> String {
        let url = place.appending(path: name)
        try Data(text.utf8).write(to: url)
        return url.path
      }
      var options = ReadOptions.automatic
      options.labels = try write(
        "slide_id,case_id,label\na,p1,1\nb,p2,0\nc,p3,1\nd,p4,0\ne,p5,\nnone,p6,1\nlost,p7,0\n", "l.csv")
      let store = try DatasetStore(catalogue: .shipped())
      let bags = try store.load(place.appending(path: "f").path, options: options).dataset
      #expect(bags.bagNames == ["a", "b", "c", "d"])
      let texts = [
        "slide_id,fold_0\na,train\nb.svs,test\nc,train\nd,test\ne,train\nnone.svs,test\nlost,train\n",
        ",train,test\n0,a,b\n1,c,d\n2,e,none\n3,lost,\n",
        "{\"train_patients\": [\"p1\", \"p3\", \"p5\"], \"test_patients\": [\"p2\", \"p4\", \"p6\", \"p7\"]}",
      ]
      for (place, text) in texts.enumerated() {
        let ending = text.hasPrefix("{") ? "json" : "csv"
        let folds = try store.folds(write(text, "splits\(place).\(ending)"), for: bags)
        #expect(folds.folds.testBags(repeat: 1, fold: 1) == [1, 3], "\(text)")
        #expect(folds.notes.contains { $0.contains("3 names are of slides or patients that have been left out") })
      }
      let unknown = try write("slide_id,fold_0\na,train\nb,test\nc,train\nd,test\nz,train\n", "unknown.csv")
      #expect { try store.folds(unknown, for: bags) } throws: { "\($0)".contains("has no bag \"z\"") }
    }
  }

  @Test("Times and events of a table are targets, of slides or of patients")
  func survival() throws {
    var options = ReadOptions.automatic
    options.task = .survival
    var folder = LaidOutFolder(name: "mcat", kinds: ["pt"], labels: "mcat/table.csv", options: options, layout: "")
    try #require(folder.isReadable)
    let slides = try folder.load().dataset
    // In a column of censoring, 1 says that the event was not seen.
    #expect(
      slides.targets
        == .survival(
          times: [7, 3.5, 7, 3.5, 14, 10.5, 14, 10.5], events: [false, true, false, true, false, true, false, true]))
    #expect(slides.groups == ["p1", "p0", "p1", "p0", "p3", "p2", "p3", "p2"])
    folder.options.bagBy = .patient
    let patients = try folder.load().dataset
    #expect(patients.bagNames == ["p1", "p0", "p3", "p2"])
    #expect(patients.targets == .survival(times: [7, 3.5, 14, 10.5], events: [false, true, false, true]))
    folder.options.task = nil
    #expect { try folder.load() } throws: { "\($0)".contains("times and events, and no column of labels") }
  }

  @Test("A held-out cohort is one split, without bags or patients in common")
  func cohort() throws {
    let all = try Self.layout("npy").load().dataset
    let first = all.selecting(bags: [0, 1, 2, 3]).renamed("first")
    let second = all.selecting(bags: [4, 5, 6, 7]).renamed("second")
    let held = try HeldOutCohort(fitting: first, testing: second)
    #expect(held.dataset.name == "first tested on second")
    #expect(held.folds.folds.trainingBags(repeat: 1, fold: 1) == [0, 1, 2, 3])
    #expect(held.folds.folds.testBags(repeat: 1, fold: 1) == [4, 5, 6, 7])
    #expect(try held.dataset.matrix() == all.matrix())
    #expect(held.dataset.labels == all.labels && held.dataset.bagNames == all.bagNames)
    #expect {
      try HeldOutCohort(fitting: first, testing: all.selecting(bags: [2, 4]).renamed("other"))
    } throws: {
      "\($0)".contains(" in first too")
    }
    let plain = try Self.layout("torchmil").load().dataset
    #expect {
      try HeldOutCohort(fitting: plain, testing: plain.selecting(bags: [2, 4]).renamed("other"))
    } throws: {
      "\($0)".contains("its bag s3 is a bag of torchmil, of the same name and features")
    }
  }
}
