import MILReport

/// One thing that `milbench doctor` looked at: its finding, whether that is well, and what to do about it.
package struct HealthCheck: Encodable, Sendable, Equatable {
  /// How a finding is to be taken.
  package enum State: String, Encodable, Sendable, CaseIterable {
    /// Nothing has to be done.
    case ok
    /// Something is slow, or not everything is possible.
    case warning
    /// Commands fail, or give wrong figures.
    case problem
  }

  /// The thing that was looked at, in a word or two.
  package var title: String
  /// The state in words.
  package var finding: String
  /// How the finding is to be taken.
  package var state: State
  /// The next step; nil where there is none.
  package var advice: String?

  /// A check with a finding that is well, unless the state says otherwise.
  package init(_ title: String, _ finding: String, _ state: State = .ok, advice: String? = nil) {
    (self.title, self.finding, self.state, self.advice) = (title, finding, state, advice)
  }
}

extension [HealthCheck] {
  /// A line a check, with its advice below, and a sentence at the end.
  package var text: String {
    // Two blanks stand between columns.
    let states = 2 + (HealthCheck.State.allCases.map(\.rawValue.count).max() ?? 0)
    let titles = 2 + (map(\.title.count).max() ?? 0)
    let lines = flatMap { check in
      let start = check.state.rawValue.padded(to: states) + check.title.padded(to: titles)
      let below = "".padded(to: states + titles)
      return [start + check.finding] + (check.advice.map { [below + "-> " + $0] } ?? [])
    }
    return (lines + ["", sentence]).joined(separator: "\n")
  }

  /// How many checks found something, in a sentence.
  package var sentence: String {
    func number(of state: HealthCheck.State) -> String? {
      let count = self.count { $0.state == state }
      return count == 0 ? nil : count == 1 ? "1 \(state.rawValue)" : "\(count) \(state.rawValue)s"
    }
    let found = [number(of: .problem), number(of: .warning)].compactMap { $0 }.joined(separator: " and ")
    return found.isEmpty ? "All \(count) checks are well." : "\(count) checks: \(found)."
  }

  /// Whether a check found a problem.
  package var haveProblem: Bool { contains { $0.state == .problem } }
}
