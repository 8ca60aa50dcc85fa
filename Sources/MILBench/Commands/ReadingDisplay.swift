import Dispatch
import Foundation
import Output
import Synchronization

/// Shows on standard error that a large file or folder is being read: one updated line on a terminal, else one line.
final class ReadingDisplay: Sendable {
  /// The time until the first line and between lines on a terminal, and that until the one line elsewhere.
  private static let (first, between, elsewhere) = (2.0, 1.0, 10.0)

  private enum State { case waiting, shown, ended }

  private let name: String
  private let start = ContinuousClock.now
  private let state = Mutex(State.waiting)

  private init(_ name: String) { self.name = name }

  /// Reads a file or folder, and shows that while it takes long.
  ///
  /// - Parameters:
  ///   - path: the data set's name, the file or the folder.
  ///   - read: the work.
  static func during<Result>(_ path: String, _ read: () throws -> Result) rethrows -> Result {
    let display = ReadingDisplay(line(path, bytes: size(path)))
    display.showLater(StandardError.replacesLines ? first : elsewhere)
    defer { display.end() }
    return try read()
  }

  /// Returns the text before the seconds: `reading slides.csv (1.3 GB)`.
  static func line(_ path: String, bytes: Int?) -> String {
    let name = URL(fileURLWithPath: path).lastPathComponent
    guard let bytes, bytes >= 100_000 else { return "reading \(name)" }
    let megabytes = Double(bytes) / 1e6
    let size = megabytes < 1000 ? String(format: "%.1f MB", megabytes) : String(format: "%.1f GB", megabytes / 1000)
    return "reading \(name) (\(size))"
  }

  /// Returns the bytes of a file; nil for a folder and for the name of a data set.
  private static func size(_ path: String) -> Int? {
    let values = try? URL(fileURLWithPath: path).resourceValues(forKeys: [.fileSizeKey])
    return values?.fileSize
  }

  private func showLater(_ seconds: Double) {
    DispatchQueue.global().asyncAfter(deadline: .now() + seconds) { self.show() }
  }

  private func show() {
    let isTerminal = StandardError.replacesLines
    // The lock is kept while the line is written, so that none follows the end.
    let goesOn = state.withLock { state in
      guard state != .ended else { return false }
      state = .shown
      let seconds = Int((ContinuousClock.now - start).components.seconds)
      let line = "\(name), \(seconds) s".cut(to: isTerminal ? StandardError.terminalColumns : nil)
      StandardError.print(line, terminator: isTerminal ? "" : "\n", replacesLine: isTerminal)
      return isTerminal
    }
    if goesOn { showLater(Self.between) }
  }

  private func end() {
    state.withLock { state in
      if state == .shown, StandardError.replacesLines { StandardError.print("", terminator: "", replacesLine: true) }
      state = .ended
    }
  }
}
