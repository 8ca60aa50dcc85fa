import Foundation

/// A page of the documentation as a program: its files and commands, in order.
///
/// A fenced block of the language `sh` contains commands. A comment before a block states its treatment:
/// `<!-- file: NAME -->` for the content of a file, `<!-- from: PATH -->` for lines of a file of the repository,
/// `<!-- run by PATH -->` for commands that a script of the repository runs, `<!-- run elsewhere: WHY -->` for commands
/// that need more than a test has.
struct DocumentedPage: CustomStringConvertible {
  /// The purpose of a fenced block.
  enum Treatment: Equatable {
    case run
    case file(String)
    case from(String)
    case runBy(String)
    case elsewhere
    case shown
  }

  /// A fenced block.
  struct Block {
    var language: String
    var treatment: Treatment
    var lines: [String]
    /// The line of the page at which the block starts, from 1.
    var line: Int
  }

  /// The folder of the repository.
  static let repository = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized

  /// The path in the repository.
  let path: String
  let blocks: [Block]

  var description: String { path }

  /// Creates the page at a path in the repository.
  init(_ path: String) throws {
    self.path = path
    let text = try String(contentsOf: Self.repository.appending(path: path), encoding: .utf8)
    blocks = Self.blocks(of: text)
  }

  /// Returns all pages: the README, and those in the catalogues of the libraries.
  static func all() throws -> [DocumentedPage] {
    let sources = repository.appending(path: "Sources")
    let articles = try FileManager.default.subpathsOfDirectory(atPath: sources.path)
      .filter { $0.contains(".docc/") && $0.hasSuffix(".md") }.sorted()
    return try (["README.md"] + articles.map { "Sources/" + $0 }).map(DocumentedPage.init)
  }

  private static func blocks(of text: String) -> [Block] {
    var blocks: [Block] = []
    var open: Block?
    var treatment: Treatment?
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init).enumerated() {
      if var block = open {
        if line.hasPrefix("```") {
          blocks.append(block)
          open = nil
        } else {
          block.lines.append(line)
          open = block
        }
      } else if line.hasPrefix("```") {
        let language = String(line.dropFirst(3))
        open = Block(
          language: language, treatment: treatment ?? (language == "sh" ? .run : .shown), lines: [], line: index + 1)
        treatment = nil
      } else if let comment = line.wholeMatch(of: /<!-- (file:|from:|run by|run elsewhere:) (.+) -->/) {
        let text = String(comment.2)
        treatment =
          switch comment.1 {
          case "file:": .file(text)
          case "from:": .from(text)
          case "run by": .runBy(text)
          default: .elsewhere
          }
      } else {
        treatment = nil
      }
    }
    return blocks + (open.map { [$0] } ?? [])
  }

  /// Returns the commands of a block, with continued lines joined and without comments.
  static func commands(of block: Block) -> [String] {
    block.lines.joined(separator: "\n").replacing("\\\n", with: " ").split(separator: "\n").map(String.init)
      .filter { !$0.hasPrefix("#") && !$0.allSatisfy(\.isWhitespace) }
  }

  /// Whether one of the page's files is a program in Python.
  var needsPython: Bool {
    blocks.contains { if case .file(let name) = $0.treatment { name.hasSuffix(".py") } else { false } }
  }

  /// The page as a shell script: writes its files and runs its commands, and prints each command first.
  var script: String {
    let parts = blocks.map { block in
      switch block.treatment {
      case .file(let name):
        "mkdir -p \"$(dirname '\(name)')\"\ncat >'\(name)' <<'END_OF_BLOCK'\n"
          + block.lines.joined(separator: "\n") + "\nEND_OF_BLOCK\n"
      case .run:
        Self.commands(of: block).map { command in
          "printf '%s\\n' '\(command.replacing("'", with: "'\\''"))' >>\"$DOCUMENTED_COMMANDS\"\n\(command)\n"
        }.joined()
      case .from, .runBy, .elsewhere, .shown: ""
      }
    }
    return "set -euo pipefail\n" + parts.joined()
  }
}
