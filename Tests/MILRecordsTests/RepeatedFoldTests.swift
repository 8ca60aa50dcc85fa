import MILRecords
import TestSupport
import Testing

@Suite("One fold tested in place of all")
struct RepeatedFoldTests {
  /// Returns a cell of two repetitions of three folds with the given numbers of correct predictions on four test bags.
  private func cell(_ right: [[Int]]) -> [TrialRecord] {
    right.enumerated().flatMap { repetition, folds in
      folds.enumerated().map { fold, right in
        record(repetition: repetition + 1, fold: fold + 1, correct: [0, 4, right])
      }
    }
  }

  @Test("Each repetition counts with one fold's last accuracy, the next repetition with the next fold's")
  func figures() {
    let figures = RepeatedFoldFigures.figures(of: cell([[4, 0, 1], [2, 3, 1]]).reversed())
    #expect(figures.map(\.shift) == [0, 1, 2])
    // Folds 1 and 2, 2 and 3, 3 and 1.
    #expect(figures.map(\.mean) == [0.875, 0.125, 0.375])
    #expect(figures.map(\.deviation) == [0.125, 0.125, 0.125])
  }

  @Test("A cell that lacks a fold gives nothing, and so does one without trials")
  func incomplete() {
    #expect(RepeatedFoldFigures.figures(of: Array(cell([[4, 0, 1], [2, 3, 1]]).dropLast())).isEmpty)
    #expect(RepeatedFoldFigures.figures(of: []).isEmpty)
  }
}
