import ArgumentParser
import MILBench

/// The command that compares mi-SVM with scikit-learn.
struct AlternationCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mi-svm", abstract: "Ten-fold mi-SVM beside scikit-learn's SVC with the same rounds, on one core.")

  @Option(help: "How many times both are measured.")
  var rounds = 3

  func run() throws { try AlternationBenchmark.report(rounds: rounds, Machine.current()) }
}
