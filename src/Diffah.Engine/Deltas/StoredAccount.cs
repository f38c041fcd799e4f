using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas;

/// <summary>The entry of an archive that says what its patches spend on files. Nothing is rebuilt by it.</summary>
/// <param name="Digest">Digest of its bytes, as they are stored.</param>
/// <param name="ArchiveSize">How many they are.</param>
internal sealed record StoredAccount(Digest Digest, long ArchiveSize);
