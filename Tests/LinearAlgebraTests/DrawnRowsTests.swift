import LinearAlgebra
import Testing

@Suite("Drawn rows")
struct DrawnRowsTests {
  @Test("A row is filled with the generator's normal values, shifted and scaled, and no other row")
  func drawn() {
    var matrix = Matrix<Float>(rows: 3, columns: 4)
    var (generator, other) = (RandomGenerator(seed: 5), RandomGenerator(seed: 5))
    matrix.drawRow(1, mean: -2, deviation: 0.5, using: &generator)
    let expected = (0..<4).map { _ in Float(-2 + 0.5 * other.normal()) }
    #expect(matrix.row(1) == expected)
    #expect(matrix.row(0) == [0, 0, 0, 0] && matrix.row(2) == [0, 0, 0, 0])
    #expect(generator.next() == other.next())
  }

  @Test("Rows are selected in the order asked for, some never, some twice")
  func selected() {
    let matrix = Matrix<Float>([[1, 2], [3, 4], [5, 6]])
    #expect(matrix.selectingRows(at: [2, 0, 2]) == Matrix([[5, 6], [1, 2], [5, 6]]))
    #expect(matrix.selectingRows(at: []).rows == 0)
  }
}
