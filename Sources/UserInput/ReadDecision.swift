/// One thing that was decided about a file of bags, for people to read and to set otherwise.
public struct ReadDecision: Codable, Sendable, Equatable {
  /// What the decision is about.
  package enum Subject: String, Codable, Sendable, CaseIterable {
    /// The layout of the file.
    case format
    /// How the bytes are text.
    case encoding
    /// How numbers are written.
    case numbers
    /// Which line is a header, and which column or array holds what.
    case columns
    /// Which rows form a bag, and in which order the bags come.
    case bags
    /// Which label is positive.
    case labels
    /// Which label of an instance is positive, and which instances have none.
    case instanceLabels = "instance_labels"
    /// What was not taken as a feature.
    case leftOut = "left_out"
    /// What was done about missing values.
    case missing
  }

  /// What the decision is about.
  package let subject: Subject
  /// What was decided, as half a sentence.
  package let statement: String
  /// The command-line option that decides it otherwise; nil where none does.
  package let option: String?

  /// A decision.
  package init(_ subject: Subject, _ statement: String, option: String? = nil) {
    self.subject = subject
    self.statement = statement.onOneLine(limit: 400)
    self.option = option
  }

  /// The decision as a line for the user: `labels: 1 is positive, 0 is negative (--positive)`.
  public var line: String {
    subject.rawValue.replacing("_", with: " ") + ": " + statement + (option.map { " (\($0))" } ?? "")
  }
}

/// How a file of bags was read: what was decided, and what gives the same reading again.
package struct Reading: Codable, Sendable, Equatable {
  /// What was decided, in the order in which it was.
  public var decisions: [ReadDecision]
  /// The options that, given again, leave nothing to decide: columns by their names and labels by theirs.
  package var options: ReadOptions

  /// A reading.
  package init(decisions: [ReadDecision] = [], options: ReadOptions = .automatic) {
    self.decisions = decisions
    self.options = options
  }

  /// The lines of all decisions for the user.
  package var lines: [String] { decisions.map(\.line) }
}
