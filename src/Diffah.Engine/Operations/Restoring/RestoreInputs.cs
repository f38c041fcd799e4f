using Diffah.Engine.Images;
using Diffah.Engine.Operations.Requests;
using Diffah.Engine.Signing;

namespace Diffah.Engine.Operations.Restoring;

/// <summary>Lists what restoring reads.</summary>
internal static class RestoreInputs
{
    /// <summary>Archives, signatures, key and baselines, and what the command has read by itself.</summary>
    public static FilesInUse Of(
        RestoreRequest request, ITransportCatalog transports, IEnumerable<ImageReference> baselines)
    {
        var inUse = new FilesInUse(request.FilesInUse, transports);
        foreach (var archive in request.ArchivePaths)
        {
            inUse.AddArchive(archive);
            inUse.Add("the archive's signature", ArchiveSignature.PathOf(archive));
        }
        inUse.Add("the verification key", request.VerificationKeyPath);
        foreach (var baseline in baselines.Concat(request.AdditionalBaselines))
            inUse.Add("the baseline", baseline);
        return inUse;
    }
}
