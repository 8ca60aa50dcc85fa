import ArgumentParser
import Output
import UserInput

/// The command that a process was started with, from its arguments to its exit code.
///
/// The argument parser's own output, help and mistakes, goes through the same writers as all other output. So a full
/// disk or a closed pipe never counts as success.
enum CommandLineProgram {
  /// Runs the command that the arguments name.
  ///
  /// - Returns: the exit code.
  static func run() async -> Int32 {
    do {
      var command = try await RootCommand.asyncParseAsRoot()
      if var command = command as? any AsyncParsableCommand { try await command.run() } else { try command.run() }
      return ExitCode.success.rawValue
    } catch {
      return end(with: error)
    }
  }

  /// Reports the end of the program: help and versions on standard output, errors on standard error.
  ///
  /// - Returns: the exit code.
  static func end(with error: any Error) -> Int32 {
    let text = SystemReason.sentence(of: error).map { "Error: \($0)" } ?? RootCommand.fullMessage(for: error)
    let code = RootCommand.exitCode(for: error)
    if code.isSuccess {
      do {
        if !text.isEmpty { try StandardOutput.print(UsageLine.fitted(in: text, to: StandardOutput.terminalColumns)) }
        return code.rawValue
      } catch {
        return end(with: error)
      }
    }
    if !text.isEmpty { StandardError.print(styled(UsageLine.fitted(in: text, to: StandardError.terminalColumns))) }
    return ((error as? any ErrorWithExitCode)?.exitCode ?? code).rawValue
  }
}

/// Returns an error's text with its first word in the look of errors.
private func styled(_ text: String) -> StyledText {
  let mark = "Error:"
  guard text.hasPrefix(mark) else { return StyledText(text) }
  var styled = StyledText(mark, .error)
  styled.append(String(text.dropFirst(mark.count)))
  return styled
}

extension ExitCode {
  /// The output could not be written in full: EX_IOERR of the system's `sysexits.h`.
  static let unwritableOutput = ExitCode(74)
}

/// An error with its own exit code for the command.
protocol ErrorWithExitCode: Error {
  var exitCode: ExitCode { get }
}

extension OutputError: ErrorWithExitCode {
  // A file that cannot be written is an error like any other.
  var exitCode: ExitCode { place.hasPrefix("standard ") ? .unwritableOutput : .failure }
}
