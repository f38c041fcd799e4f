namespace Diffah.PowerShell.Parameters;

/// <summary>What PowerShell shows for !? where it asks for a parameter that must be given.</summary>
internal static class HelpMessages
{
    public const string Archive = "The path of a delta archive, for example ./app.delta.tar.";
    public const string NewArchive = "The path of the delta archive to write, for example ./app.delta.tar.";
    public const string Baseline =
        "The image the other side has, as transport:location, for example docker-archive:./app-v1.tar.";
    public const string BaselineManifest = "The path of a file with the manifest of the image the other side has.";
    public const string Dockerfile =
        "The path of the Dockerfile that the target was built by, for example ./Dockerfile.";
    public const string BaselineFromImage = "Whether the target says itself what it is built on.";
    public const string BaselineSpec = "The path of a JSON file with the baselines by the images' names.";
    public const string Destination =
        "Where the image goes, as transport:location, for example docker-archive:./app-v2.tar.";
    public const string DestinationSpec = "The path of a JSON file that says where the images go, by their names.";
    public const string DifferenceImage =
        "The image to compare, as transport:location, for example docker-archive:./app-v2.tar.";
    public const string Image =
        "An image, as transport:location, for example docker-archive:./app.tar or docker://HOST/REPOSITORY:TAG.";
    public const string Inventory = "The path of the inventory to write, for example ./site.json.";

    public const string NamedImage =
        "The image that is wanted, by its name in a registry, as docker://HOST/REPOSITORY:TAG.";
    public const string Pair = "The images: hashtables or objects with Name, Baseline and Target.";
    public const string Places =
        "Images, as transport:location, or all of a place with :*, for example docker-daemon:* or oci:./layout:*.";
    public const string Policy =
        "Which earlier versions get a delta: recommended, every-pair, neighbours or skip-list.";
    public const string PrivateKey = "The path of the private key to write, for example ./release.key.";
    public const string PublishedImage =
        "The image that the delta makes, for example docker://registry.example/team/app:v2.";
    public const string Quiet = "Whether a truth value is given in place of the differences.";
    public const string ReferenceImage =
        "The image to compare with, as transport:location, for example docker-archive:./app-v1.tar.";
    public const string Report = "The path of the report to write, for example ./app.html or ./app.md.";
    public const string Spec = "The path of a JSON file with the images of the bundle.";
    public const string Summary = "Whether what the comparison came to is given in place of the differences.";
    public const string Target =
        "The image the other side is to get, as transport:location, for example docker-archive:./app-v2.tar.";
}
