import TestSupport
import Testing
import UserInput

@testable import MILFormats

@Suite("Folders whose names are labels")
struct ClassFolderTests {
  @Test("Train, val and test are parts, and the folders in them are classes")
  func parts() {
    let classes = ClassFolders(["train/0/a.npy", "train/1/b.npy", "test_set/0/c.npy", "Validation/1/x/d.npy"])
    #expect(classes.names == ["0", "1", "0", "1"] && classes.fault == nil)
    #expect(classes.decisions.contains { $0.statement.contains("make no folds") && $0.option == "--splits" })
  }

  @Test("Parts without classes, and files in no folder, are refused")
  func refused() {
    let parts = ClassFolders(["train/a.npy", "test/0/b.npy"])
    #expect(parts.fault?.file == 0 && parts.fault?.found.contains("parts of a split") == true)
    #expect(ClassFolders(["a.npy"]).fault?.found.contains("no folder of a class") == true)
  }

  @Test("Other folders are the classes")
  func others() {
    let classes = ClassFolders(["benign/a.npy", "malignant/p1/b.npy", "test/c.npy"])
    #expect(classes.names == ["benign", "malignant", "test"] && classes.decisions.count == 1)
  }
}
