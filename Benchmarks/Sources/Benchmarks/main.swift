import Foundation
import MILBench

// Medians over interleaved rounds, ratios first. Without arguments, or with a number of rounds: how near a training step
// comes to the BLAS calls it must make. With `mi-svm` and perhaps a number of rounds: mi-SVM beside scikit-learn.

let library = BLASLibrary.prepare()
if let warning = library.warning { FileHandle.standardError.write(Data((warning + "\n").utf8)) }
let arguments = Array(CommandLine.arguments.dropFirst())
if arguments.first == "mi-svm" {
  try AlternationBenchmark.report(rounds: arguments.dropFirst().first.flatMap { Int($0) } ?? 3, library)
  exit(0)
}
let rounds = arguments.first.flatMap { Int($0) } ?? 60
let folders = (ProcessInfo.processInfo.environment["MILBENCH_DATA"] ?? "").split(separator: ":").map {
  URL(fileURLWithPath: String($0), isDirectory: true)
}
let store = try DatasetStore(dataFolders: folders)
var table = Table(
  title: "Training step of MI-Net (max pooling, one bag a step, SGD with momentum), one core",
  columns: [
    .init("data set"), .init("ours / floor", .right), .init("quartiles", .right), .init("ours, us", .right),
    .init("floor, us", .right),
  ])
for name in ["sci.med"] {
  let result = try StepBenchmark(store.load(name).dataset).run(rounds: name == "musk1" ? rounds : max(1, rounds / 4))
  let ratios = result.ratios.sorted()
  table.append(
    Table.Row([
      name, String(format: "%.2f", median(ratios)),
      String(format: "%.2f to %.2f", ratios[ratios.count / 4], ratios[ratios.count * 3 / 4]),
      String(format: "%.1f", result.ours), String(format: "%.1f", result.floor),
    ]))
}
table.notes.append("The floor is the step's matrix products, scal and axpy calls alone, written by hand.")
table.notes.append("BLAS: \(library.configuration), core \(library.core).")
var load = [Double](repeating: 0, count: 1)
if getloadavg(&load, 1) == 1 {
  table.notes.append(String(format: "Load of the machine in the last minute: %.1f.", load[0]))
}
print(table.terminal)
