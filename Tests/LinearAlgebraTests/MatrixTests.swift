import LinearAlgebra
import Testing

@Suite("Matrix")
struct MatrixTests {
  @Test("a copy keeps its elements when the original changes")
  func valueSemantics() {
    var matrix = Matrix<Float>([[1, 2], [3, 4]])
    let copy = matrix
    matrix[0, 1] = 9
    #expect(copy.elements == [1, 2, 3, 4])
    #expect(matrix.elements == [1, 9, 3, 4])
  }
}
