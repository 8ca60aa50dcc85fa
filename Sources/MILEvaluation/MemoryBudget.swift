import Foundation
import MILModels
import UserInput

/// The memory budget of a run, divided among parallel trials.
///
/// A system that runs out of memory ends the process and every trial in it, so a trial that would not fit is refused
/// first.
package struct MemoryBudget: Sendable, Equatable {
  /// The environment variable that sets the budget, in GiB.
  package static let variable = "MILBENCH_MEMORY"

  /// The bytes for all trials.
  package let total: Double
  /// The number of parallel trials.
  package let shares: Int

  /// Creates a budget in bytes.
  package init(bytes: Double, shares: Int = 1) {
    total = bytes
    self.shares = max(1, shares)
  }

  /// Creates a budget from a number of GiB as text, such as that of ``variable``.
  ///
  /// - Throws: ``EvaluationError`` unless it is a positive number.
  package init(gibibytes text: String, of name: String = MemoryBudget.variable) throws {
    guard let number = Double(text), number > 0, number.isFinite else {
      throw EvaluationError("\(name) is \"\(text)\", expected a positive number of GiB, such as 8")
    }
    self.init(bytes: number * 0x1p30)
  }

  /// The budget set by the environment, or else the memory available now, within the limit of a container.
  package static var available: MemoryBudget {
    if let text = ProcessInfo.processInfo.environment[variable], let set = try? MemoryBudget(gibibytes: text) {
      return set
    }
    return MemoryBudget(bytes: MachineMemory.available)
  }

  /// Returns the same budget for several parallel trials.
  func divided(among shares: Int) -> MemoryBudget { MemoryBudget(bytes: total, shares: shares) }

  /// Throws if a model needs more than the share of one trial.
  ///
  /// - Throws: ``EvaluationError`` with the memory needed, the memory available, and the way out.
  package func require(for model: ResolvedModel, training: BagShape, scoring: BagShape) throws {
    let needed = try model.memory(training: training, scoring: scoring)
    guard needed > total / Double(shares) else { return }
    let longest = max(training.longestBag, scoring.longestBag)
    throw EvaluationError(
      "needs about \(Self.text(needed)) of memory (the longest bag has \(longest) instances of \(training.features) "
        + "features), expected at most \(Self.text(total / Double(shares))), "
        + (shares > 1
          ? "the share of one of \(shares) workers; --workers \(shares > 2 ? "below \(shares)" : "1"), " : "")
        + "smaller layers or shorter bags need less, --memory and \(Self.variable) set how much there is")
  }

  private static func text(_ bytes: Double) -> String {
    bytes >= 0x1p30
      ? String(format: "%.1f GiB", bytes / 0x1p30) : String(format: "%.0f MiB", (bytes / 0x1p20).rounded(.up))
  }
}
