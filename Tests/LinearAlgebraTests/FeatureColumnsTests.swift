import LinearAlgebra
import Testing

@Suite("Columns of features")
struct FeatureColumnsTests {
  let matrix = Matrix<Float>([[1, -2], [3, 4], [5, 16_777_216]])

  @Test("ranges and sums are per column, the sums in double precision")
  func ranges() {
    let (minimum, maximum, sum) = matrix.columnRanges()
    #expect(minimum == [1, -2] && maximum == [5, 16_777_216] && sum == [9, 16_777_218])
    let none = Matrix<Float>(rows: 0, columns: 1).columnRanges()
    #expect(none.minimum == [.infinity] && none.maximum == [-.infinity] && none.sum == [0])
  }

  @Test("squared differences are per column")
  func squares() {
    var squares = [0.0, 1]
    Matrix<Float>([[1, -2], [3, 4]]).addColumnSquares(around: [2, 0], to: &squares)
    #expect(squares == [2, 21])
  }

  @Test("columns are shifted, then divided, each by its own values, and stay finite")
  func transformed() {
    let small = Matrix<Float>([[1, 2], [3, 4]])
    #expect(small.transformed(subtracting: [1, 2], dividingBy: [2, -1]) == Matrix([[0, 0], [1, -2]]))
    let limit = Float.greatestFiniteMagnitude
    let extremes = Matrix<Float>([[limit], [-limit]]).transformed(subtracting: [0], dividingBy: [1e-300])
    #expect(extremes.elements == [limit, -limit])
    let nothing = matrix.transformed(subtracting: [0, 0], dividingBy: [.infinity, .infinity])
    #expect(nothing == Matrix(rows: 3, columns: 2))
  }

  @Test("bit patterns come lowest byte first")
  func bytes() {
    #expect(Matrix<Float>([[0, 1, -2]]).littleEndianBytes(at: 1..<3) == [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0])
    #expect(matrix.littleEndianBytes(at: 6..<6).isEmpty)
  }
}
