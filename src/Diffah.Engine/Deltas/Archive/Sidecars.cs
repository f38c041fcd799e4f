using Diffah.Engine.Deltas.Archive.V1;
using Diffah.Engine.Deltas.Archive.V2;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Deltas.Archive;

/// <summary>Reads and writes sidecars of all versions of the format.</summary>
internal static class Sidecars
{
    /// <summary>Reads a sidecar of any version.</summary>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="events">Told of fields that this build does not know.</param>
    /// <exception cref="DiffahException">ArchiveInvalid, ArchiveVersionUnknown, ArchiveTooOld,
    /// InvalidDigest.</exception>
    public static ArchiveManifest Read(ReadOnlyMemory<byte> bytes, EventSink events)
    {
        using var document = SidecarReader.Parse(bytes);
        var version = FormatVersion.Negotiate(document.RootElement);
        var reader = version == FormatVersion.V1 ? new SidecarReader(events) : new ContentSidecarReader(events);
        return reader.Read(document.RootElement);
    }

    /// <summary>Writes a sidecar of the version that it names.</summary>
    /// <param name="sidecar">What it says.</param>
    public static byte[] Write(ArchiveManifest sidecar) => sidecar.Version == FormatVersion.V1
        ? new SidecarWriter().Write(sidecar)
        : new ContentSidecarWriter().Write(sidecar);
}
