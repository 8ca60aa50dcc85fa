import Foundation
import MILBench
import Subprocesses

/// A comparison of ten-fold mi-SVM (RBF, C = 10) with scikit-learn's SVC in the same rounds, on one core.
struct AlternationBenchmark {
  /// The time and the outcome of a cross-validation.
  struct Run: Decodable {
    var seconds: Double
    var processorSeconds: Double
    var right: Int
    var rounds: Int
  }

  private let dataset: BagDataset
  private let folds: FoldAssignment
  private let model: ResolvedModel

  init(_ dataset: BagDataset) throws {
    self.dataset = dataset
    folds = try FoldAssignment(for: dataset, scheme: .plain, folds: 10, repeats: 1, seed: 2018)
    model = try ModelRegistry.standard().resolve("mi-svm-instance[c=10]")
  }

  /// Measures standardisation, kernels, training and scoring of all folds.
  private func ours() throws -> Run {
    let (start, used) = (ContinuousClock.now, clock())
    let bags = Standardiser(fittedTo: dataset.instances).apply(to: dataset)
    let store = SharedWork()
    var (right, rounds) = (0, 0)
    for fold in 1...10 {
      let training = folds.trainingBags(repeat: 1, fold: fold)
      let test = bags.selecting(bags: folds.testBags(repeat: 1, fold: fold))
      let shared = SharedBags(of: bags.withoutAnswers, numbers: training, identity: "benchmark", store: store)
      let trained = try model.fit(bags.selecting(bags: training), FitContext(seed: 1, shared: shared))
      rounds += trained.summary.notes["rounds"].flatMap { Int($0) } ?? 50
      right += try zip(trained.predict(test), test.labels).count { ($0 >= 0 ? 1 : 0) == $1 }
    }
    let components = (ContinuousClock.now - start).components
    return Run(
      seconds: Double(components.seconds) + Double(components.attoseconds) * 1e-18,
      processorSeconds: Double(clock() - used) / Double(CLOCKS_PER_SEC), right: right, rounds: rounds)
  }

  /// Measures the same work by the script in `rivals`, which reads the bags and folds from files in `folder`.
  private func rival(in folder: URL) throws -> Run {
    let script = Rival.folder.appending(path: "mi_svm.py")
    let answer = folder.appending(path: "answer.json")
    let process = try Subprocess(
      URL(filePath: "/usr/bin/env"),
      [
        Rival.python?.path() ?? ProcessInfo.processInfo.environment["PYTHON"] ?? "python3", script.path(),
        folder.appending(path: "bags.csv").path(), folder.appending(path: "folds.json").path(), "10",
      ], output: .file(answer))
    _ = process.wait()
    return try JSONDecoder().decode(Run.self, from: Data(contentsOf: answer))
  }

  private func write(to folder: URL) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    var text = ""
    for bag in dataset.labels.indices {
      for row in dataset[rowsOfBag: bag] {
        let features = dataset.instances.row(row).map { "\($0)" }.joined(separator: ",")
        text += "\(dataset.labels[bag]),\(bag),\(features)\n"
      }
    }
    try text.write(to: folder.appending(path: "bags.csv"), atomically: true, encoding: .utf8)
    try JSONEncoder().encode(folds.assignment[0]).write(to: folder.appending(path: "folds.json"))
  }

  /// Measures both in turn and prints a table.
  ///
  /// This needs Python with scikit-learn. The candidates are the Python of the rivals, the command that `PYTHON` names,
  /// and `python3`, in this order.
  static func report(rounds: Int, _ machine: Machine) throws {
    let store = try DatasetStore.ofEnvironment()
    var table = ReportTable(
      title: "Ten-fold mi-SVM (RBF, C = 10) and scikit-learn's SVC on a precomputed kernel, one core",
      columns: [
        .init("data set"), .init("theirs / ours", .right), .init("range", .right), .init("processor", .right),
        .init("ours, s", .right), .init("processor, s", .right), .init("theirs, s", .right),
        .init("right", .right), .init("rounds", .right),
      ])
    let folder = FileManager.default.temporaryDirectory.appending(path: "mi-svm-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    for name in ["musk2", "elephant"] {
      let dataset: BagDataset
      do {
        dataset = try store.load(name).dataset
      } catch {
        table.notes.append("\(error)")
        continue
      }
      let benchmark = try AlternationBenchmark(dataset)
      try benchmark.write(to: folder)
      var (ours, theirs): ([Run], [Run]) = ([], [])
      for _ in 0..<max(1, rounds) {
        ours.append(try benchmark.ours())
        theirs.append(try benchmark.rival(in: folder))
      }
      let ratios = zip(theirs, ours).map { $0.seconds / $1.seconds }.sorted()
      let processor = zip(theirs, ours).map { $0.processorSeconds / $1.processorSeconds }
      table.append(
        ReportTable.Row([
          name, String(format: "%.1f", median(ratios) ?? .nan),
          String(format: "%.1f to %.1f", ratios[0], ratios[ratios.count - 1]),
          String(format: "%.1f", median(processor) ?? .nan),
          String(format: "%.2f", median(ours.map(\.seconds)) ?? .nan),
          String(format: "%.2f", median(ours.map(\.processorSeconds)) ?? .nan),
          String(format: "%.2f", median(theirs.map(\.seconds)) ?? .nan),
          "\(ours[0].right) and \(theirs[0].right)", "\(ours[0].rounds) and \(theirs[0].rounds)",
        ]))
    }
    table.notes.append(
      "Both standardise, compute the kernel matrix once, train and score; right and rounds: ours and theirs.")
    table.notes.append(machine.note)
    print(table.terminal)
  }
}
