/// One decision about a file of bags, for people to read and to override.
package struct ReadDecision: Codable, Sendable, Equatable {
  /// The subject of a decision.
  package enum Subject: String, Codable, Sendable, CaseIterable {
    /// The layout of the file.
    case format
    /// The encoding of the text.
    case encoding
    /// The notation of numbers.
    case numbers
    /// The header line, and the role of each column or array.
    case columns
    /// The rows that form a bag, and the order of the bags.
    case bags
    /// The positive label.
    case labels
    /// The positive instance label, and the instances without one.
    case instanceLabels = "instance_labels"
    /// The columns and arrays that are not features.
    case leftOut = "left_out"
    /// The treatment of missing values.
    case missing
  }

  /// The subject.
  package let subject: Subject
  /// The decision, as half a sentence.
  package let statement: String
  /// The command-line option that overrides the decision; nil if there is none.
  package let option: String?

  /// All names that the statement lists in part, such as those of features; nil if it lists none in part.
  package private(set) var names: [String]?

  /// Creates a decision.
  package init(_ subject: Subject, _ statement: String, option: String? = nil, names: [String]? = nil) {
    self.subject = subject
    self.names = names
    self.statement = statement.onOneLine(limit: 400)
    self.option = option
  }

  /// The decision with its statement alone, as each record of a journal keeps it.
  package var withoutNames: ReadDecision {
    var result = self
    result.names = nil
    return result
  }

  /// The decision as a line for the user: `labels: 1 is positive, 0 is negative (--positive)`.
  package var line: String {
    subject.rawValue.replacing("_", with: " ") + ": " + statement + (option.map { " (\($0))" } ?? "")
  }
}

/// How a file of bags was read: the decisions, and the options that repeat them.
package struct Reading: Codable, Sendable, Equatable {
  /// The decisions, in order.
  package var decisions: [ReadDecision]
  /// The options that leave nothing to decide if given again: columns and labels by name.
  package var options: ReadOptions
  /// The names of slides and patients that are not bags, as they have no label or instance; splits may name them.
  /// Not encoded.
  package var leftOut: [String] = []

  private enum CodingKeys: String, CodingKey { case decisions, options }

  /// Creates a reading.
  package init(decisions: [ReadDecision] = [], options: ReadOptions = .automatic) {
    self.decisions = decisions
    self.options = options
  }

  /// The lines of all decisions for the user.
  package var lines: [String] { decisions.map(\.line) }
}
