namespace Diffah.Libraries.Containerd;

/// <summary>Where the methods of containerd's API are called.</summary>
internal static class ContainerdMethods
{
    /// <summary>An image by its name.</summary>
    public const string GetImage = Images + "Get";

    /// <summary>All images.</summary>
    public const string ListImages = Images + "List";

    /// <summary>A new name for an image.</summary>
    public const string CreateImage = Images + "Create";

    /// <summary>Another image for a name.</summary>
    public const string UpdateImage = Images + "Update";

    /// <summary>What is known of a blob.</summary>
    public const string BlobInfo = Content + "Info";

    /// <summary>Other labels of a blob.</summary>
    public const string UpdateBlob = Content + "Update";

    /// <summary>A blob's bytes.</summary>
    public const string ReadBlob = Content + "Read";

    /// <summary>A blob on its way in.</summary>
    public const string WriteBlob = Content + "Write";

    /// <summary>The end of a blob on its way in that is not wanted.</summary>
    public const string AbortWrite = Content + "Abort";

    /// <summary>A new lease.</summary>
    public const string CreateLease = Leases + "Create";

    /// <summary>The end of a lease.</summary>
    public const string DeleteLease = Leases + "Delete";

    /// <summary>Something that a lease protects.</summary>
    public const string AddToLease = Leases + "AddResource";

    /// <summary>All namespaces.</summary>
    public const string ListNamespaces = "/containerd.services.namespaces.v1.Namespaces/List";

    /// <summary>Which containerd it is.</summary>
    public const string Version = "/containerd.services.version.v1.Version/Version";

    private const string Images = "/containerd.services.images.v1.Images/";
    private const string Content = "/containerd.services.content.v1.Content/";
    private const string Leases = "/containerd.services.leases.v1.Leases/";
}
