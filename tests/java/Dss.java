import eu.europa.esig.dss.jaxb.object.Message;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.simplereport.SimpleReport;
import eu.europa.esig.dss.spi.DSSUtils;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.spi.x509.revocation.crl.ExternalResourcesCRLSource;
import eu.europa.esig.dss.validation.SignedDocumentValidator;
import eu.europa.esig.dss.validation.reports.Reports;
import java.io.File;
import java.io.FileInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Lets the EU's DSS judge PDFs by its own policy, and fetches nothing.
 *
 * Arguments: certificates to trust (*.cer), revocation lists (*.crl), PDFs (*.pdf). Says
 * of each PDF: its name, how many signatures, the first one's level and indication,
 * and what speaks against it.
 */
public final class Dss {
    public static void main(String[] arguments) throws Exception {
        CommonTrustedCertificateSource trusted = new CommonTrustedCertificateSource();
        List<InputStream> lists = new ArrayList<>();
        for (String each : arguments) {
            if (each.endsWith(".cer")) {
                trusted.addCertificate(DSSUtils.loadCertificate(new File(each)));
            } else if (each.endsWith(".crl")) {
                lists.add(new FileInputStream(each));
            }
        }
        InputStream[] given = lists.toArray(new InputStream[0]);
        ExternalResourcesCRLSource crls = new ExternalResourcesCRLSource(given);
        for (String each : arguments) {
            if (each.endsWith(".pdf")) {
                judge(new File(each), trusted, crls);
            }
        }
    }

    private static void judge(
            File file, CommonTrustedCertificateSource trusted, ExternalResourcesCRLSource crls) {
        CommonCertificateVerifier verifier = new CommonCertificateVerifier();
        verifier.setAIASource(null);
        verifier.setTrustedCertSources(trusted);
        verifier.setCrlSource(crls);
        SignedDocumentValidator validator =
                SignedDocumentValidator.fromDocument(new FileDocument(file));
        validator.setCertificateVerifier(verifier);
        Reports reports = validator.validateDocument();
        SimpleReport report = reports.getSimpleReport();
        String id = report.getFirstSignatureId();
        if (id == null) {
            System.out.println(file.getName() + "\t0\t-\t-\t-\t-");
            return;
        }
        System.out.println(
                String.join(
                        "\t",
                        file.getName(),
                        String.valueOf(report.getSignatureIdList().size()),
                        String.valueOf(report.getSignatureFormat(id)),
                        String.valueOf(report.getIndication(id)),
                        String.valueOf(report.getSubIndication(id)),
                        said(report.getAdESValidationErrors(id))
                                + said(report.getAdESValidationWarnings(id))));
    }

    private static String said(List<Message> remarks) {
        return remarks.stream()
                .map(each -> each.getValue().replaceAll("\\s+", " "))
                .collect(Collectors.joining(" "));
    }
}
