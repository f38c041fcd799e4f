using static Diffah.Engine.Diagnostics.DiffahErrorCategory;

namespace Diffah.Engine.Diagnostics;

/// <summary>The one table of errors. Codes are an interface: they are added, never renamed.</summary>
public static class DiffahErrors
{
    /// <summary>Something happened that no code expects.</summary>
    public static readonly DiffahError Internal = new("Internal", DiffahErrorCategory.Internal, "NotSpecified",
        "This is a bug in Diffah: report it with the message and the command that showed it.");

    /// <summary>An argument is outside what is allowed.</summary>
    public static readonly DiffahError InvalidArgument = new("InvalidArgument", User, "InvalidArgument",
        "Correct the argument and run the command again.");

    /// <summary>An image reference can't be parsed.</summary>
    public static readonly DiffahError InvalidReference = new("InvalidReference", User, "InvalidArgument",
        "Write the reference as transport:location, for example docker-archive:./app.tar.");

    /// <summary>A transport that is recognised and has no implementation yet.</summary>
    public static readonly DiffahError TransportReserved = new("TransportReserved", User, "NotImplemented",
        "Save the image to docker-archive:, oci-archive:, oci: or dir: first, for example with skopeo copy.");

    /// <summary>A reference means several images.</summary>
    public static readonly DiffahError AmbiguousImage = new("AmbiguousImage", User, "InvalidArgument",
        "Add the name of one of the listed images to the reference.");

    /// <summary>The named image is not there.</summary>
    public static readonly DiffahError ImageNotFound = new("ImageNotFound", User, "ObjectNotFound",
        "Name one of the listed images, or correct the path.");

    /// <summary>No image of an index fits the platform.</summary>
    public static readonly DiffahError PlatformNotFound = new("PlatformNotFound", User, "ObjectNotFound",
        "Choose one of the listed platforms with Platform (--platform).");

    /// <summary>A file or folder that was named is not there.</summary>
    public static readonly DiffahError FileNotFound = new("FileNotFound", User, "ObjectNotFound",
        "Correct the path.");

    /// <summary>The destination exists and overwriting was not allowed.</summary>
    public static readonly DiffahError DestinationExists = new("DestinationExists", User, "ResourceExists",
        "Choose another destination, or allow overwriting with Force (--force); "
            + "for archives and images DIFFAH_FORCE=true, or force: true in the configuration file, "
            + "allows it for every command.");

    /// <summary>An output is the same file as something that the command reads.</summary>
    public static readonly DiffahError OutputIsInput = new("OutputIsInput", User, "InvalidArgument",
        "Choose another path for the output: overwriting is allowed for what the command does not read.");

    /// <summary>The baseline given is not the one the delta was made from.</summary>
    public static readonly DiffahError BaselineMismatch = new("BaselineMismatch", User, "InvalidArgument",
        "Give the baseline image whose manifest digest the archive names.");

    /// <summary>One of several archives does not continue from the one before it.</summary>
    public static readonly DiffahError ChainBroken = new("ChainBroken", User, "InvalidArgument",
        "Give the archives that lead from the baseline to the image, each made from the image that the one before it "
            + "makes.");

    /// <summary>Writing the image at the destination would change its digests.</summary>
    public static readonly DiffahError ConversionRefused = new("ConversionRefused", User, "InvalidOperation",
        "Choose a destination that can hold the image as it is, "
            + "or allow the conversion with AllowConvert (--allow-convert).");

    /// <summary>A single layer can't be encoded within the memory budget.</summary>
    public static readonly DiffahError MemoryBudgetExceeded = new("MemoryBudgetExceeded", User, "LimitsExceeded",
        "Raise the memory budget, or lower the zstd window log or level.");

    /// <summary>The operating system refused access to a file.</summary>
    public static readonly DiffahError AccessDenied = new(
        "AccessDenied", DiffahErrorCategory.Environment, "PermissionDenied",
        "Give the account that runs the command access to the path, or choose another path.");

    /// <summary>The disk is full.</summary>
    public static readonly DiffahError DiskFull = new(
        "DiskFull", DiffahErrorCategory.Environment, "ResourceUnavailable",
        "Free some room on the disk, or put the work directory or the output on another one.");

    /// <summary>Another run keeps a destination locked.</summary>
    public static readonly DiffahError DestinationBusy = new(
        "DestinationBusy", DiffahErrorCategory.Environment, "ResourceBusy",
        "Run the command again when the other run has ended.");

    /// <summary>The system lets the process open no more files.</summary>
    public static readonly DiffahError TooManyOpenFiles = new(
        "TooManyOpenFiles", DiffahErrorCategory.Environment, "LimitsExceeded",
        "Raise the limit of open files (ulimit -n 256 in the shell that runs the command is enough).");

    /// <summary>What was written does not read back as it was written.</summary>
    public static readonly DiffahError ReadBackFailed = new(
        "ReadBackFailed", DiffahErrorCategory.Environment, "WriteError",
        "Check the disk and the memory of the machine, then run the command again; or choose another disk.");

    /// <summary>Whoever reads standard output went away before everything was written.</summary>
    public static readonly DiffahError OutputClosed = new(
        "OutputClosed", DiffahErrorCategory.Environment, "WriteError",
        "Look at why the program behind the pipe ended, and run both again; or write to a file.");

    /// <summary>Any other failure of reading or writing.</summary>
    public static readonly DiffahError IoFailure = new("IoFailure", DiffahErrorCategory.Environment, "ReadError",
        "Check the disk and the path, and run the command again.");

    /// <summary>An image or an archive is not what its format says.</summary>
    public static readonly DiffahError InvalidImage = new("InvalidImage", DiffahErrorCategory.Content, "InvalidData",
        "Fetch or save the image again.");

    /// <summary>Content is compressed in a way that is not read.</summary>
    public static readonly DiffahError CompressionUnknown = new(
        "CompressionUnknown", DiffahErrorCategory.Content, "NotImplemented",
        "Decompress it first, or compress it with gzip or zstd.");

    /// <summary>Compressed content expands to more than it may.</summary>
    public static readonly DiffahError ContentTooLarge = new(
        "ContentTooLarge", DiffahErrorCategory.Content, "LimitsExceeded",
        "Where you trust its maker, raise MaxLayerSize (--max-layer-size), or set it to 0 for no limit; "
            + "else do not use it: it may be made to fill disks.");

    /// <summary>A manifest, index or configuration can't be read.</summary>
    public static readonly DiffahError InvalidManifest = new(
        "InvalidManifest", DiffahErrorCategory.Content, "InvalidData",
        "Fetch or save the image again.");

    /// <summary>A blob that a manifest names is not there.</summary>
    public static readonly DiffahError BlobMissing = new("BlobMissing", DiffahErrorCategory.Content, "ObjectNotFound",
        "Fetch or save the image again: it is not complete.");

    /// <summary>Bytes do not have the digest they were promised to have.</summary>
    public static readonly DiffahError DigestMismatch = new(
        "DigestMismatch", DiffahErrorCategory.Content, "InvalidData",
        "The data are damaged: copy or fetch them again.");

    /// <summary>There are more or fewer bytes than promised.</summary>
    public static readonly DiffahError SizeMismatch = new("SizeMismatch", DiffahErrorCategory.Content, "InvalidData",
        "The data are damaged or cut short: copy or fetch them again.");

    /// <summary>A digest is not of the form algorithm:hex.</summary>
    public static readonly DiffahError InvalidDigest = new("InvalidDigest", DiffahErrorCategory.Content, "InvalidData",
        "Fetch the file that holds the digest again.");

    /// <summary>A delta archive is damaged or is no delta archive.</summary>
    public static readonly DiffahError ArchiveInvalid = new(
        "ArchiveInvalid", DiffahErrorCategory.Content, "InvalidData",
        "Copy the delta archive again from where it was made, and compare checksums.");

    /// <summary>A volume of an archive is not there.</summary>
    public static readonly DiffahError VolumeMissing = new("VolumeMissing", User, "ObjectNotFound",
        "Copy all volumes into one folder.");

    /// <summary>A volume of an archive, or the list of them, is not what was written.</summary>
    public static readonly DiffahError VolumeInvalid = new(
        "VolumeInvalid", DiffahErrorCategory.Content, "InvalidData", "Copy the volume that is named again.");

    /// <summary>A file is not the inventory of a site.</summary>
    public static readonly DiffahError InventoryInvalid = new(
        "InventoryInvalid", DiffahErrorCategory.Content, "InvalidData",
        "Export the inventory again at the site with Export-DiffahInventory (diffah inventory).");

    /// <summary>A site has all images already.</summary>
    public static readonly DiffahError NothingNew = new("NothingNew", User, "InvalidOperation",
        "There is nothing to send. If the site has changed since, have it export a new inventory.");

    /// <summary>A delta archive of a version this build does not know.</summary>
    public static readonly DiffahError ArchiveVersionUnknown = new(
        "ArchiveVersionUnknown", DiffahErrorCategory.Content, "InvalidData",
        "Upgrade Diffah, or make the delta again in a format this build reads.");

    /// <summary>A delta archive of an early phase, no longer read.</summary>
    public static readonly DiffahError ArchiveTooOld = new("ArchiveTooOld", DiffahErrorCategory.Content, "InvalidData",
        "Make the delta again with a current version.");

    /// <summary>An archive came out larger than it may be.</summary>
    public static readonly DiffahError ArchiveTooLarge = new(
        "ArchiveTooLarge", DiffahErrorCategory.Content, "LimitsExceeded",
        "Look at what is named: a file that should not be in the image, or a baseline that is not the one before. "
            + "Effort Full (--effort full) makes patches smaller. Where the size is right, raise "
            + "MaximumSize (--max-size).");

    /// <summary>A patch can't be applied.</summary>
    public static readonly DiffahError PatchInvalid = new("PatchInvalid", DiffahErrorCategory.Content, "InvalidData",
        "Copy the delta archive again from where it was made, and compare checksums.");

    /// <summary>
    /// A registry, or its token service, does not accept the credentials, or does not allow what was asked (401, 403).
    /// </summary>
    public static readonly DiffahError RegistryAuthentication = new(
        "RegistryAuthentication", User, "AuthenticationError",
        "Give credentials that are allowed to do this: Credential (--creds), AuthFile (--authfile) "
            + "or RegistryToken (--registry-token), or log in with skopeo login or docker login.");

    /// <summary>A registry does not have the image (404).</summary>
    public static readonly DiffahError RegistryNotFound = new(
        "RegistryNotFound", DiffahErrorCategory.Content, "ObjectNotFound",
        "Correct the repository, tag or digest; a private repository may need credentials: Credential (--creds) "
            + "or AuthFile (--authfile).");

    /// <summary>A registry can't be reached: no such name, nobody listening, no answer in time.</summary>
    public static readonly DiffahError RegistryUnreachable = new(
        "RegistryUnreachable", DiffahErrorCategory.Environment, "ConnectionError",
        "Check the host name, the network and the proxy settings; RetryCount (--retry-times) "
            + "and RetryDelay (--retry-delay) help where it is only busy.");

    /// <summary>A registry's certificate is not trusted, or no TLS connection came about.</summary>
    public static readonly DiffahError RegistryTls = new(
        "RegistryTls", DiffahErrorCategory.Environment, "SecurityError",
        "Give the registry's CA certificate with CertificateDirectory (--cert-dir), "
            + "or use SkipTlsVerification (--tls-verify=false) for a registry without TLS or one that "
            + "need not be verified.");

    /// <summary>A registry fails to do its work (5xx, 429), retries included.</summary>
    public static readonly DiffahError RegistryFailure = new(
        "RegistryFailure", DiffahErrorCategory.Environment, "ResourceUnavailable",
        "Try again later, or with more patience: RetryCount (--retry-times), RetryDelay (--retry-delay).");

    /// <summary>
    /// A registry's answer is not what the distribution spec says, or it refuses a request as malformed.
    /// </summary>
    public static readonly DiffahError RegistryProtocol = new(
        "RegistryProtocol", DiffahErrorCategory.Content, "ProtocolError",
        "Check that the host is an OCI registry, and that no proxy answers in its place.");

    /// <summary>
    /// A daemon that keeps images can't be reached: no socket, nobody listening, or it stopped midway.
    /// </summary>
    public static readonly DiffahError DaemonUnreachable = new(
        "DaemonUnreachable", DiffahErrorCategory.Environment, "ConnectionError",
        "Start the daemon, or say where it is with DaemonHost (--daemon-host).");

    /// <summary>A daemon can't do what it was asked, for a reason of its own.</summary>
    public static readonly DiffahError DaemonFailure = new(
        "DaemonFailure", DiffahErrorCategory.Environment, "ResourceUnavailable",
        "Look into the daemon's log, and run the command again.");

    /// <summary>A daemon's answer is not what its API says.</summary>
    public static readonly DiffahError DaemonProtocol = new(
        "DaemonProtocol", DiffahErrorCategory.Content, "ProtocolError",
        "Check that the address is that of a daemon that keeps images, and of which kind.");

    /// <summary>A file that names the images of a bundle breaks a rule.</summary>
    public static readonly DiffahError SpecFileInvalid = new("SpecFileInvalid", User, "ParserError",
        "Correct the named field of the file and run the command again.");

    /// <summary>A Dockerfile does not say which image it builds on, or not in a way that can be read.</summary>
    public static readonly DiffahError DockerfileInvalid = new("DockerfileInvalid", User, "ParserError",
        "Correct the named line of the Dockerfile, or name the baseline.");

    /// <summary>There is no image to be the baseline, or nothing says which.</summary>
    public static readonly DiffahError BaselineUnknown = new("BaselineUnknown", User, "ObjectNotFound",
        "Name the baseline: the image that the other side has.");

    /// <summary>The configuration file can't be used.</summary>
    public static readonly DiffahError ConfigurationInvalid = new("ConfigurationInvalid", User, "ParserError",
        "Correct the named line of the configuration file, or name another file with DIFFAH_CONFIG.");

    /// <summary>A file is no key that can be used, or its passphrase is missing or wrong.</summary>
    public static readonly DiffahError KeyInvalid = new("KeyInvalid", User, "InvalidArgument",
        "Give an ECDSA P-256 key: a private key as PEM (PKCS#8, SEC1) or as cosign writes it with its passphrase, "
            + "a public key as PKIX PEM.");

    /// <summary>A way of signing or verifying that is recognised and has no implementation yet.</summary>
    public static readonly DiffahError SigningReserved = new("SigningReserved", User, "NotImplemented",
        "Sign with a key file, and verify with the file of its public key.");

    /// <summary>A signature was asked for and the archive has none.</summary>
    public static readonly DiffahError SignatureMissing = new(
        "SignatureMissing", DiffahErrorCategory.Content, "SecurityError",
        "Ask the maker of the archive for its signature file (.sig) and put it beside the archive; "
            + "do not use the archive before.");

    /// <summary>A signature is not that of the key over the archive.</summary>
    public static readonly DiffahError SignatureInvalid = new(
        "SignatureInvalid", DiffahErrorCategory.Content, "SecurityError",
        "Do not use the archive: it was changed, or signed with another key. Fetch archive, "
            + "signature and public key again from their maker.");

    /// <summary>Every row, ordered by code.</summary>
    public static IReadOnlyList<DiffahError> All { get; } =
    [
        .. typeof(DiffahErrors).GetFields().Where(f => f.FieldType == typeof(DiffahError))
            .Select(f => (DiffahError)f.GetValue(null)!).OrderBy(e => e.Code, StringComparer.Ordinal),
    ];
}
