import Foundation
import MILBench

/// The table of training steps, ratios first.
struct StepTable {
  private(set) var table = ReportTable(
    title: "Ours beside the floor and the rivals: medians over interleaved rounds, theirs / ours for the rivals",
    columns: [
      .init("network"), .init("data set"), .init("work"), .init("cores", .right), .init("ours / floor", .right),
      .init("quartiles", .right), .init("nearest rival", .right), .init("eager", .right), .init("segments", .right),
      .init("JAX", .right), .init("ours, us a bag", .right), .init("floor, us", .right),
    ])
  var notes: [String] = []
  private var oneBag: [Double] = []
  private var versions: Set<String> = []
  private var failures: [String] = []
  private var last = ""

  mutating func append(_ result: StepMeasurement) {
    table.append(ReportTable.Row(Self.cells(result), beginsSection: !last.isEmpty && last != result.network))
    last = result.network
    if result.work == .train, result.bagsPerStep == 1, let ratio = median(result.ratiosToFloor) { oneBag.append(ratio) }
    for rival in result.rivals {
      if !rival.version.isEmpty { versions.insert(rival.version) }
      let place = "\(rival.name), \(result.network), \(result.dataset), \(Self.work(result))"
      if let failure = rival.failure {
        failures.append("\(place): \(failure)")
      } else if !rival.agrees {
        failures.append("\(place): loss \(rival.loss) after one epoch, ours \(rival.ownLoss).")
      }
    }
  }

  /// Adds the notes below the table.
  mutating func finish(_ machine: Machine) {
    table.notes = [
      "The floor is the dense step's products, scal and axpy calls alone, written by hand; it uses one core. Ours leaves "
        + "out what cannot change the result, so it can be below.",
      "A rival's time counts where its loss after one epoch is ours up to 1e-4. Bags come in order of size, which suits JAX. "
        + "On several cores ours trains as many networks as there are cores, the rivals one with as many threads.",
    ]
    if let middle = median(oneBag) {
      table.notes.append(
        "Bar: at most 1.25 of the floor, median over the cases with one bag a step; measured \(Double?(middle).text(2))."
      )
    }
    table.notes += notes + failures
    table.notes.append(
      machine.note + (versions.isEmpty ? "" : " Rivals: \(versions.sorted().joined(separator: ", "))."))
  }

  /// Returns the progress line of a measurement.
  static func line(_ result: StepMeasurement) -> String { cells(result).joined(separator: "  ") }

  private static func work(_ result: StepMeasurement) -> String {
    result.work == .score ? "score" : result.bagsPerStep == 1 ? "1 bag a step" : "\(result.bagsPerStep) bags a step"
  }

  private static func cells(_ result: StepMeasurement) -> [String] {
    func rival(_ name: String) -> String {
      guard let theirs = result.rivals.first(where: { $0.name == name }) else { return "" }
      return theirs.failure != nil ? "fails" : theirs.agrees ? result.ratio(of: theirs).text(2) : "disagrees"
    }
    let ratios = result.ratiosToFloor
    let perBag = 1e6 / Double(result.bags)
    return [
      result.network, result.dataset, work(result), String(result.cores), median(ratios).text(2),
      ratios.isEmpty ? "-" : "\(quantile(ratios, 0.25).text(2)) to \(quantile(ratios, 0.75).text(2))",
      result.nearestRatio.text(2), rival("torch_eager"), rival("torch_segments"), rival("jax_scan"),
      median(result.ours).map { $0 * perBag }.text(1), median(result.floor).map { $0 * perBag }.text(1),
    ]
  }
}
