namespace Diffah.Engine.Images;

/// <summary>A form that images can be brought into for a destination that can't hold them as they are.</summary>
public enum ImageForm
{
    /// <summary>OCI manifests and indexes; the layers' bytes as they are.</summary>
    Oci,

    /// <summary>A Docker manifest (schema 2) in the one way a Docker archive gives it back; layers as plain tars.</summary>
    DockerPlain,
}
