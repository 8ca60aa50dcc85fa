import Foundation
import Testing
import UserInput

@testable import Output

@Suite("Colours")
struct ColoursTests {
  @Test(
    "A terminal has colours, a file or pipe has none, and the environment decides otherwise",
    arguments: [
      (true, [:], true), (false, [:], false), (true, ["TERM": "xterm-256color"], true),
      (true, ["TERM": "dumb"], false), (true, ["NO_COLOR": "1"], false), (true, ["NO_COLOR": "0"], false),
      (true, ["NO_COLOR": ""], true), (true, ["CLICOLOR": "0"], false), (true, ["CLICOLOR": "1"], true),
      (false, ["CLICOLOR": "1"], false), (false, ["CLICOLOR_FORCE": "1"], true),
      (false, ["CLICOLOR_FORCE": "0"], false), (true, ["CLICOLOR_FORCE": "0"], true),
      (true, ["CLICOLOR_FORCE": "1", "NO_COLOR": "1"], false), (false, ["CLICOLOR_FORCE": "1", "TERM": "dumb"], true),
    ] as [(Bool, [String: String], Bool)])
  func decision(isTerminal: Bool, environment: [String: String], areOn: Bool) {
    #expect(Colours(isTerminal: isTerminal, environment: environment).areOn == areOn, "\(environment)")
  }

  @Test("Styles become codes that end on each line, and nothing without colours")
  func codes() {
    var text = StyledText("a ")
    text.append("best", .best)
    text.append("\n")
    text.append("two\n\nlines", .note)
    #expect(text.plain == "a best\ntwo\n\nlines")
    #expect(Colours.off.text(of: text) == text.plain)
    let colours = Colours(isTerminal: true, environment: [:])
    #expect(
      colours.text(of: text) == "a \u{1B}[1;32mbest\u{1B}[0m\n\u{1B}[2mtwo\u{1B}[0m\n\n\u{1B}[2mlines\u{1B}[0m")
  }

  @Test("Escape codes in a text, such as a name of a file, are made visible with and without colours")
  func foreignCodes() {
    let text = StyledText("\u{1B}[31mname", .error)
    #expect(Colours.off.text(of: text) == "\u{241B}[31mname")
    #expect(
      Colours(isTerminal: true, environment: [:]).text(of: text) == "\u{1B}[1;31m\u{241B}[31mname\u{1B}[0m")
  }
}
