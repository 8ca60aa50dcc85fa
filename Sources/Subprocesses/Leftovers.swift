import CSubprocesses
import Foundation

/// What must not be left when this program ends: temporary files and folders, and other programs.
///
/// A signal from the keyboard or a request to end (SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGXCPU) ends a Swift program without
/// running another line of it. What stands here is seen to nevertheless, then the signal ends the program as it would
/// have.
package enum Leftovers {
  /// Takes a file or folder into the list of those that are removed when a signal ends this program.
  package static func add(_ place: URL) { leftover_add(place.path) }

  /// Takes a file or folder from the list, when it is removed or is meant to stay.
  package static func forget(_ place: URL) { leftover_forget(place.path) }

  /// Ends all programs that were started here, with all that they have started, and removes what is on the list.
  ///
  /// To be called by a program that is about to end by itself.
  package static func end() { leftover_end() }
}
