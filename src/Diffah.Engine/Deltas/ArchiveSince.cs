using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas;

/// <summary>The inventory of a site that an archive was made for.</summary>
/// <param name="Inventory">SHA-256 of the inventory's file.</param>
/// <param name="CreatedAt">When the site made it.</param>
internal sealed record ArchiveSince(Digest Inventory, DateTimeOffset CreatedAt);
