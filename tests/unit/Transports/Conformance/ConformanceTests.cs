using Diffah.Engine.Images;
using Diffah.Engine.Transports.DockerArchive;
using Diffah.Engine.Transports.Folder;
using Diffah.Engine.Transports.OciLayout;
using Diffah.Tests.Support;

namespace Diffah.Tests.Transports.Conformance;

public sealed class DockerArchiveConformance : FileTransportConformance
{
    internal override IImageTransport Transport { get; } = new DockerArchiveTransport();

    internal override SampleImage Sample(int seed) => SampleImage.DockerPlain(seed);
}

public sealed class OciArchiveConformance : FileTransportConformance
{
    internal override IImageTransport Transport { get; } = new OciArchiveTransport();

    internal override SampleImage Sample(int seed) => SampleImage.Oci(seed);
}

public sealed class OciLayoutConformance : FileTransportConformance
{
    internal override IImageTransport Transport { get; } = new OciLayoutTransport();

    internal override SampleImage Sample(int seed) => SampleImage.Oci(seed);
}

public sealed class DirectoryConformance : FileTransportConformance
{
    internal override IImageTransport Transport { get; } = new FolderTransport();

    internal override SampleImage Sample(int seed) => SampleImage.DockerGzip(seed);
}

/// <summary>The double that other tests use keeps the same rules.</summary>
public sealed class InMemoryConformance : FileTransportConformance
{
    internal override IImageTransport Transport { get; } = new InMemoryTransport();

    internal override SampleImage Sample(int seed) => SampleImage.Oci(seed);
}
