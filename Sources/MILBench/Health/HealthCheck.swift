import MILReport
import UserInput

/// One check of `milbench doctor`: its finding, the state, and the advice.
package struct HealthCheck: Encodable, Sendable, Equatable {
  /// The severity of a finding.
  package enum State: String, Encodable, Sendable, CaseIterable {
    /// No action is needed.
    case ok
    /// Something is slow, or some features are unavailable.
    case warning
    /// Commands fail, or produce wrong figures.
    case problem

    var style: TextStyle {
      switch self {
      case .ok: .good
      case .warning: .warning
      case .problem: .error
      }
    }
  }

  /// The subject of the check, in a word or two.
  package var title: String
  /// The finding in words.
  package var finding: String
  /// The severity of the finding.
  package var state: State
  /// The next step; nil if there is none.
  package var advice: String?

  /// Creates a check; its finding is fine unless the state says otherwise.
  package init(_ title: String, _ finding: String, _ state: State = .ok, advice: String? = nil) {
    (self.title, self.finding, self.state, self.advice) = (title, finding, state, advice)
  }
}

extension [HealthCheck] {
  /// A line for each check, with its advice below, and a final sentence.
  package var text: String { styled.plain }

  /// The same text, in which states and advice have styles.
  var styled: StyledText {
    // Two blanks separate columns.
    let states = 2 + (HealthCheck.State.allCases.map(\.rawValue.count).max() ?? 0)
    let titles = 2 + (map(\.title.count).max() ?? 0)
    var text = StyledText()
    for check in self {
      let state = check.state.rawValue
      text.append(state, check.state.style)
      text.append("".padded(to: states - state.count) + check.title.padded(to: titles) + check.finding + "\n")
      if let advice = check.advice { text.append("".padded(to: states + titles) + "-> \(advice)\n", .note) }
    }
    text.append("\n" + sentence)
    return text
  }

  /// The number of warnings and problems, in a sentence.
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
